import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { routes } from '../../services/contract/routes.ts';
import { bundleFunctions, type FunctionBundle } from './bundle-functions.ts';
import {
  type BundleRun,
  bareEvent,
  runBundle,
  type SegmentDocument,
  type TableReply,
} from './bundle-traces.ts';
import { slim } from './slim/slim.ts';

const names = Object.keys(routes);
const folder = mkdtempSync(join(tmpdir(), 'manara-bundles-'));
let bundles: readonly FunctionBundle[];
let stock: readonly FunctionBundle[];

beforeAll(async () => {
  [bundles, stock] = await Promise.all([
    bundleFunctions({ outdir: join(folder, 'slim') }),
    bundleFunctions({ outdir: join(folder, 'stock'), slim: false }),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, of = bundles) => of.find((bundle) => bundle.name === name)!.file;

describe('the bundles', () => {
  test('are one per function, with the sizes of what was written', () => {
    expect(bundles.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { file, bytes } of bundles) expect(readFileSync(file)).toHaveLength(bytes);
  });

  test.each(names)('%s has at most 300 kB, compressed 95 kB', (name) => {
    const { bytes, gzipBytes } = bundles.find((bundle) => bundle.name === name)!;
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(gzipBytes).toBeLessThanOrEqual(95_000);
  });

  test.each(names)('the asset of %s is code and nothing else; the map lies beside', (name) => {
    const file = fileOf(name);
    expect(readdirSync(dirname(file)).sort()).toEqual(['index.js', 'package.json']);
    expect(JSON.parse(readFileSync(join(dirname(file), 'package.json'), 'utf8'))).toEqual({
      type: 'commonjs',
    });
    expect(readFileSync(file, 'utf8')).not.toContain('sourceMappingURL');
    const maps = join(folder, 'slim.maps');
    expect(
      JSON.parse(readFileSync(join(maps, `${name}.js.map`), 'utf8')).sources.length,
    ).toBeGreaterThan(100);
    expect(Object.keys(JSON.parse(readFileSync(join(maps, 'metafile.json'), 'utf8')))).toEqual([
      'inputs',
      'outputs',
    ]);
  });

  test('built again are the same, byte for byte', async () => {
    const again = await bundleFunctions({ outdir: join(folder, 'again') });
    for (const { name, file } of again) {
      expect(readFileSync(file).equals(readFileSync(fileOf(name)))).toBe(true);
    }
  });
});

describe('what a bundle is made of', () => {
  /** Every handler has these; besides, what stands behind its name. */
  const common = [
    ...[
      'cors',
      'environment',
      'item',
      'metrics',
      'outcomes',
      'problems',
      'routes',
      'scopes',
      'timeouts',
    ].map((name) => `contract/${name}`),
    ...['endpoint', 'environment', 'item-id', 'problem', 'request', 'validation'].map(
      (name) => `http/${name}`,
    ),
    ...['logger', 'metrics', 'tracer', 'wide-event'].map((name) => `telemetry/${name}`),
    ...['items/domain/stored-item', 'items/store/item-store'],
    ...['item-record', 'table'].map((name) => `items/store/dynamodb/${name}`),
  ];
  const aboutOneItem = [
    'http/entity-tags',
    'items/domain/revision',
    'items/operations/item-request',
  ];
  const withBody = ['http/json-body', 'items/domain/item-content'];
  const own: Readonly<Record<string, readonly string[]>> = {
    'put-item': [
      ...aboutOneItem,
      ...withBody,
      'items/domain/create-item',
      'items/store/dynamodb/creating-store',
    ],
    'get-item': [...aboutOneItem, 'items/store/dynamodb/reading-store'],
    'list-items': ['http/cursor', 'items/store/dynamodb/listing-store'],
    'update-item': [...aboutOneItem, ...withBody, 'items/store/dynamodb/replacing-store'],
    'delete-item': [...aboutOneItem, 'items/store/dynamodb/removing-store'],
  };

  test.each(names)('%s holds of this project only what it uses', (name) => {
    const { inputs } = bundles.find((bundle) => bundle.name === name)!;
    const ours = inputs
      .filter((path) => !path.startsWith('node_modules/'))
      .map((path) => path.replace(/^services\/(.*)\.ts$/, '$1'));
    const allowed = [...common, ...own[name]!, `items/${name}`, `items/operations/${name}`];
    expect(ours.filter((path) => !allowed.includes(path))).toEqual([]);
    expect(ours).toEqual(expect.arrayContaining([...own[name]!, `items/operations/${name}`]));
  });

  test('only handlers that take a body hold the validator, only the one that makes ids the ULIDs', () => {
    const holding = (dependency: string) =>
      bundles
        .filter(({ inputs }) => inputs.some((path) => path.includes(`node_modules/${dependency}/`)))
        .map(({ name }) => name)
        .sort();
    expect(holding('ulid')).toEqual(['put-item']);
    expect(holding('zod')).toEqual(['put-item', 'update-item']);
  });

  test('modules of which nothing is left are not counted', () => {
    const onlyExports = 'node_modules/@aws-lambda-powertools/tracer/lib/esm/index.js';
    for (const { inputs } of bundles) expect(inputs).not.toContain(onlyExports);
  });

  test('slim bundles hold nothing of what they replace', () => {
    const files = bundles.flatMap(({ inputs }) => inputs);
    expect(
      files.filter((path) =>
        /node_modules\/(semver|mnemonist|emitter-listener|@aws-sdk\/nested-clients)\//.test(path),
      ),
    ).toEqual([]);
    const stockFiles = stock.flatMap(({ inputs }) => inputs);
    expect(stockFiles.filter((path) => /node_modules\/semver\//.test(path))).not.toEqual([]);
  });
});

describe('the slim plugin', () => {
  const bundling = (packages: Parameters<typeof slim>[0]) =>
    build({
      stdin: {
        contents: `import { ulid } from 'ulid'; console.log(ulid);`,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      write: false,
      platform: 'node',
      logLevel: 'silent',
      plugins: [slim(packages)],
    });
  const contents = () => `export const ulid = 'replaced';`;

  test('fails the build for a package of another version', async () => {
    await expect(bundling({ 'ulid@0.0.1': [] })).rejects.toThrow(
      /written for ulid@0\.0\.1, found ulid@3\.0\.2; compare the replaced modules/,
    );
    await expect(bundling({ 'no-such-package@1.0.0': [] })).rejects.toThrow(
      'found no-such-package@nothing',
    );
  });

  test('fails the build for a module that nothing loads', async () => {
    await expect(
      bundling({ 'ulid@3.0.2': [{ module: 'dist/gone.js', contents }] }),
    ).rejects.toThrow('no handler loads node_modules/ulid/dist/gone.js any more');
  });

  test('replaces a module', async () => {
    const { outputFiles } = await bundling({
      'ulid@3.0.2': [{ module: 'dist/node/index.js', contents }],
    });
    expect(outputFiles[0]!.text).toContain('replaced');
    expect(outputFiles[0]!.text).not.toContain('0123456789ABCDEFGHJKMNPQRSTVWXYZ');
  });
});

describe('traces', () => {
  const id = (n: number) => `01KJ000000000000000000000${n}`;
  const traceId = (n: number) => `1-6789123${n}-abcdef012345678912345678`;
  const traceHeader = (n: number, sampled = 1) =>
    `Root=${traceId(n)};Parent=53995c3f42cd8ad${n};Sampled=${sampled}`;

  /** Items 1 to 5 exist, 6 makes the table fail, 7 makes it refuse, 8 does not exist; they differ in how long they take. */
  const reply = (sortKey: string): TableReply => {
    const n = Number(sortKey.at(-1));
    const delayMs = (7 * n) % 20;
    if (n === 6)
      return { status: 500, body: { __type: 'InternalServerError', message: 'Down' }, delayMs };
    if (n === 7)
      return { status: 400, body: { __type: 'AccessDeniedException', message: 'No' }, delayMs };
    if (n === 8) return { status: 200, body: {}, delayMs };
    const item = {
      id: { S: id(n) },
      version: { N: '1' },
      updatedAt: { S: '2026-01-01T00:00:00Z' },
    };
    return { status: 200, body: { Item: item }, delayMs };
  };

  const event = (n: number, itemId = id(n)) =>
    bareEvent(`request-${n}`, { pathParameters: { id: itemId } });

  const batches = [
    { traceHeader: traceHeader(1), events: [event(1)] },
    { traceHeader: traceHeader(2), events: [event(6)] },
    { traceHeader: traceHeader(3), events: [event(7)] },
    { traceHeader: traceHeader(4), events: [event(8)] },
    { traceHeader: traceHeader(5), events: [1, 2, 3, 4, 5, 6, 7, 8].map((n) => event(n)) },
    { traceHeader: traceHeader(6, 0), events: [event(2)] },
    { traceHeader: undefined, events: [event(3)] },
    { traceHeader: traceHeader(7), events: [event(9, 'bad'), event(4)] },
  ];

  let slimRun: BundleRun;
  let stockRun: BundleRun;
  beforeAll(async () => {
    [slimRun, stockRun] = (await Promise.all(
      [bundles, stock].map((of) => runBundle(fileOf('get-item', of), { batches, reply })),
    )) as [BundleRun, BundleRun];
  });

  const requestOf = (segment: SegmentDocument | undefined) =>
    (segment?.['annotations'] as { readonly requestId?: string } | undefined)?.requestId;

  /** A run's segments without what differs from run to run, each with the request that it belongs to. */
  function comparable({ segments }: BundleRun) {
    const byId = new Map(segments.map((segment) => [segment.id, segment]));
    return segments
      .map(({ id: _, parent_id, start_time: __, end_time: ___, cause, ...segment }) => ({
        ...segment,
        parent: requestOf(byId.get(parent_id)) ?? parent_id,
        errors: (
          cause as { exceptions?: { type: string; message: string }[] } | undefined
        )?.exceptions?.map(({ type, message }) => ({ type, message })),
      }))
      .map((segment) => JSON.stringify(segment))
      .sort()
      .map((text) => JSON.parse(text));
  }

  test('of the slim bundle are those of the stock bundle, one at a time, at once and on errors', () => {
    expect(comparable(slimRun)).toEqual(comparable(stockRun));
    expect(slimRun.results).toEqual(stockRun.results);
  });

  test('hold, for each request that is sampled, the handler and its call to the table', () => {
    const ofFirst = comparable(slimRun).filter(({ trace_id }) => trace_id === traceId(1));
    expect(ofFirst).toMatchObject([
      {
        name: '## get-item',
        type: 'subsegment',
        parent: '53995c3f42cd8ad1',
        annotations: { route: 'GET /items/{id}', outcome: 'read', requestId: 'request-1' },
      },
      {
        name: 'DynamoDB',
        namespace: 'aws',
        parent: 'request-1',
        aws: {
          operation: 'GetItem',
          table_name: 'items',
          region: 'eu-central-1',
          request_id: 'TABLE-REQUEST',
        },
        http: { response: { status: 200 } },
      },
    ]);
    expect(ofFirst[0]).not.toHaveProperty('fault');
  });

  test('mark faults with what failed, and what callers did wrong as errors', () => {
    const handlers = comparable(slimRun).filter(({ name }) => name === '## get-item');
    const of = (n: number) => handlers.find(({ trace_id }) => trace_id === traceId(n));
    expect(of(2)).toMatchObject({
      fault: true,
      annotations: { outcome: 'fault' },
      errors: [{ type: 'StoreUnavailable' }],
    });
    expect(of(3)).toMatchObject({ fault: true, errors: [{ type: 'AccessDeniedException' }] });
    expect(of(4)).toMatchObject({ error: true, annotations: { outcome: 'rejected' } });
    expect(of(4)).not.toHaveProperty('fault');
  });

  test('of requests at once keep each call with the request that made it', () => {
    const ofFifth = slimRun.segments.filter(({ trace_id }) => trace_id === traceId(5));
    const calls = ofFifth.filter(({ name }) => name === 'DynamoDB');
    const parents = calls.map(({ parent_id }) =>
      requestOf(ofFifth.find(({ id: own }) => own === parent_id)),
    );
    expect([...parents].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `request-${n}`));
    const failed = calls.filter(({ fault }) => fault).map((call) => parents[calls.indexOf(call)]);
    expect(failed.sort()).toEqual(['request-6', 'request-7']);
  });

  test('of a request that is not sampled, or has no trace, are none', () => {
    expect(slimRun.segments.filter(({ trace_id }) => trace_id === traceId(6))).toEqual([]);
    const traces = new Set(slimRun.segments.map(({ trace_id }) => trace_id));
    expect([...traces].sort()).toEqual([1, 2, 3, 4, 5, 7].map(traceId));
  });

  test('make no noise: one event per request, one error per fault, and nothing of the SDKs', () => {
    const requests = batches.flatMap(({ events }) => events);
    for (const { stdout, stderr } of [slimRun, stockRun]) {
      expect(stdout.filter((line) => JSON.parse(line).route)).toHaveLength(requests.length);
      const faults = stderr.map((line) => JSON.parse(line).requestId);
      expect(faults.sort()).toEqual(['request-6', 'request-6', 'request-7', 'request-7']);
    }
  });

  test('need no daemon', async () => {
    const variables = { AWS_XRAY_DAEMON_ADDRESS: '' };
    const { results, stderr } = await runBundle(fileOf('get-item'), {
      batches: batches.slice(0, 1),
      reply,
      variables,
    });
    expect([results[0]![0]!.statusCode, stderr]).toEqual([200, []]);
  });
});

describe('a handler', () => {
  const put = bareEvent('request-1', {
    headers: { 'Content-Type': 'application/json' },
    body: '{"title":"A"}',
  });

  test('whose table cannot be reached answers 503', async () => {
    const variables = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' };
    const { results } = await runBundle(fileOf('put-item'), {
      batches: [{ events: [put] }],
      variables,
    });
    expect(results[0]![0]).toMatchObject({ statusCode: 503, headers: { 'Retry-After': '2' } });
  });

  test('without credentials answers 500: that is our mistake', async () => {
    const variables = { AWS_ACCESS_KEY_ID: '' };
    const { results, stderr } = await runBundle(fileOf('put-item'), {
      batches: [{ events: [put] }],
      variables,
    });
    expect(results[0]![0]).toMatchObject({ statusCode: 500 });
    expect(stderr.join()).toContain('CredentialsProviderError');
  });

  test('refuses to start without its settings, naming them', async () => {
    const variables = { TABLE_NAME: '', STAGE: '' };
    await expect(
      runBundle(fileOf('get-item'), { batches: [{ events: [put] }], variables }),
    ).rejects.toThrow('Environment variables missing: TABLE_NAME, STAGE');
  });

  test('makes ids that sort by time and creates each item once', async () => {
    const events = Array.from({ length: 3 }, () => put);
    const { results } = await runBundle(fileOf('put-item'), {
      batches: events.map((event) => ({ events: [event] })),
    });
    const ids = results.flat().map(({ body }) => JSON.parse(body).id);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids[0]).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  });
});

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { cors } from '../contract/cors.ts';
import { problems } from '../contract/problems.ts';
import { type FunctionName, routes } from '../contract/routes.ts';
import { validBody } from '../http/validation.ts';
import { itemContent } from '../items/domain/item-content.ts';
import { itemsApi, type Response } from '../testing/items-api.ts';
import { openApiDocument } from './document.ts';
import { documentedProblems } from './operation.ts';
import { schemas } from './schemas.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, until the validator has seen it
type Any = any;

const document: Any = openApiDocument();
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: 'doc', ...document });

/** Follows one `$ref`, which is all that the document has in a row. */
const resolved = (node: Any): Any =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at: Any, key: string) => at[key], document)
    : node;

const schemaErrors = (schema: Any, value: unknown): string =>
  ajv.validate(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')),
    value,
  )
    ? ''
    : ajv.errorsText();

describe('the OpenAPI document', () => {
  test('is what is checked in: else run npm run openapi', () => {
    const checkedIn = readFileSync(new URL('openapi.json', import.meta.url), 'utf8');
    expect(checkedIn).toBe(`${JSON.stringify(document, null, 2)}\n`);
  });

  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  test('refers to nothing that is not there, and has nothing that is not referred to', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"#\/components\/([^"]+)"/g)].map(([, path]) => path!);
    const present = ['schemas', 'parameters', 'headers', 'responses'].flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `${kind}/${name}`),
    );
    expect([...new Set(referred)].sort()).toEqual(present.sort());
  });

  test('has every route with its scope, and health without one', () => {
    for (const { method, path, scope } of Object.values(routes)) {
      expect(document.paths[path][method.toLowerCase()].security).toEqual([{ token: [scope] }]);
    }
    expect(document.paths['/health'].get.security).toEqual([]);
  });

  test('has every problem but the one that no documented route can answer', () => {
    const missing = Object.keys(problems).filter(
      (code) => !documentedProblems.includes(code as never),
    );
    expect(missing).toEqual(['no-such-route']);
  });

  test('has examples that fit their schemas', () => {
    let examples = 0;
    const walk = (node: Any): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('example' in node && node.schema) {
        examples++;
        expect(schemaErrors(node.schema, node.example)).toBe('');
      }
      for (const example of (node.type && node.examples) || []) {
        examples++;
        expect(schemaErrors({ ...node, examples: undefined }, example)).toBe('');
      }
      Object.values(node).forEach(walk);
    };
    walk(document);
    expect(examples).toBeGreaterThan(15);
  });
});

describe("the schema of an item's content", () => {
  /** The Basic Multilingual Plane, where JSON Schema's characters and UTF-16's code units are the same. */
  const text = (limit: number) =>
    fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.constantFrom(0, 1, limit, limit + 1).map((length) => 'ä'.repeat(length)),
    );
  const mostly = (likely: fc.Arbitrary<unknown>, ...others: readonly unknown[]) =>
    fc.oneof({ weight: 20, arbitrary: likely }, fc.constantFrom(null, 7, true, [], ...others));
  const fields = {
    title: mostly(text(200)),
    note: mostly(text(4000)),
    done: mostly(fc.boolean(), 'yes'),
    dueOn: mostly(
      fc.constantFrom('2026-12-24', '2028-02-29'),
      '2027-02-29',
      '2026-13-01',
      '2026-1-1',
      '',
    ),
  };
  const content = fc.oneof(
    { weight: 20, arbitrary: fc.record(fields, { requiredKeys: ['title'] }) },
    fc.record({ ...fields, extra: fc.boolean() }),
    fc.record(fields, { requiredKeys: [] }),
  );
  const accepted = (value: unknown): boolean => {
    try {
      validBody(itemContent, value);
      return true;
    } catch {
      return false;
    }
  };

  test('accepts exactly what the handlers accept', () => {
    const seen = { yes: 0, no: 0 };
    fc.assert(
      fc.property(content, (value) => {
        const verdict = accepted(value);
        seen[verdict ? 'yes' : 'no']++;
        expect([value, schemaErrors(schemas.ItemContent, value) === '']).toEqual([value, verdict]);
      }),
      { numRuns: 500, seed: 7 },
    );
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(100);
  });
});

describe('what handlers answer is documented', () => {
  /** Fails unless the document has this status for the route, with its headers and a schema that the body fits. */
  function expectDocumented(name: FunctionName, { status, headers, body }: Response): void {
    const { path, method } = routes[name];
    const documented = resolved(document.paths[path][method.toLowerCase()].responses[status]);
    expect([name, status, documented !== undefined]).toEqual([name, status, true]);
    const [type, content] = Object.entries<Any>(documented.content ?? {})[0] ?? [];
    expect(headers['Content-Type']).toBe(type);
    if (content) expect(schemaErrors(content.schema, body)).toBe('');
    else expect(body).toBeUndefined();
    const exposed = Object.keys(headers).filter((header) =>
      cors.exposedHeaders.includes(header as never),
    );
    expect(Object.keys(documented.headers).sort()).toEqual(exposed.sort());
  }

  test('for every outcome and every refusal', async () => {
    const api = itemsApi();
    const json = { 'Content-Type': 'application/json' };
    const { item, etag } = await api.existing({ title: 'A', note: 'N', dueOn: '2026-12-24' });
    const { id } = item;
    const missing = '01KJ9999999999999999999999';
    const body = { title: 'B' };
    const key = { 'Idempotency-Key': 'k' };
    await api.post({ title: 'A' }, { headers: key });
    const calls: readonly (readonly [FunctionName, number, () => Promise<Response>])[] = [
      ['put-item', 201, () => api.post()],
      ['put-item', 400, () => api.post({})],
      ['put-item', 409, () => api.post(body, { headers: key })],
      ['put-item', 415, () => api.call['put-item']({ body })],
      ['list-items', 200, () => api.call['list-items']({ query: { limit: '1' } })],
      ['list-items', 400, () => api.call['list-items']({ query: { limit: 'x', cursor: 'x' } })],
      ['get-item', 200, () => api.call['get-item']({ id })],
      ['get-item', 304, () => api.call['get-item']({ id, headers: { 'If-None-Match': etag } })],
      ['get-item', 400, () => api.call['get-item']({ id: 'x' })],
      ['get-item', 404, () => api.call['get-item']({ id: missing })],
      ['get-item', 412, () => api.call['get-item']({ id, headers: { 'If-Match': '"x"' } })],
      ['update-item', 428, () => api.call['update-item']({ id, body, headers: json })],
      [
        'update-item',
        412,
        () => api.call['update-item']({ id, body, headers: { ...json, 'If-Match': '"x"' } }),
      ],
      [
        'update-item',
        404,
        () => api.call['update-item']({ id: missing, body, headers: { ...json, 'If-Match': '*' } }),
      ],
      [
        'update-item',
        400,
        () => api.call['update-item']({ id, body: {}, headers: { ...json, 'If-Match': '*' } }),
      ],
      [
        'update-item',
        415,
        () => api.call['update-item']({ id, body, headers: { 'If-Match': '*' } }),
      ],
      [
        'update-item',
        200,
        () => api.call['update-item']({ id, body, headers: { ...json, 'If-Match': etag } }),
      ],
      ['delete-item', 400, () => api.call['delete-item']({ id: 'x' })],
      ['delete-item', 404, () => api.call['delete-item']({ id: missing })],
      ['delete-item', 412, () => api.call['delete-item']({ id, headers: { 'If-Match': '"x"' } })],
      ['delete-item', 401, () => api.call['delete-item']({ id, owner: '' })],
      ['delete-item', 204, () => api.call['delete-item']({ id })],
    ];
    for (const [name, status, call] of calls) {
      const response = await call();
      expect([name, response.status]).toEqual([name, status]);
      expectDocumented(name, response);
    }
  });
});

test.each([
  ['--nonsense', /^Unknown option '--nonsense'\n$/],
  ['nonsense', /^Unexpected argument 'nonsense'.*\n$/],
])('npm run openapi refuses %s', (argument, sentence) => {
  const command = join(import.meta.dirname, 'write.ts');
  const run = spawnSync(process.execPath, [command, argument], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(sentence) });
});

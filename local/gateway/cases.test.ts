/** Every documented or recorded case of `testing/cases.data.json` over HTTP; each test names its source. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  type Harness,
  type RawRequest,
  type RawResponse,
  startGateway,
  token,
} from './testing/harness.ts';
import { type ApiSetup, apiId } from './testing/stage.ts';

interface Case {
  readonly id: string;
  readonly topic: string;
  readonly note?: string;
  readonly setup: ApiSetup;
  readonly request: Request;
  readonly expect: Readonly<Record<string, unknown>>;
  readonly source: string;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string | null> | [string, string][];
  readonly body?: unknown;
  readonly bodyBytes?: number;
  readonly parallel?: number;
  readonly at_ms?: readonly number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('testing/cases.data.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

let open: Harness | undefined;
afterEach(async () => {
  jest.useRealTimers();
  await open?.close();
  open = undefined;
});

describe.each([...Map.groupBy(cases, (c) => c.topic)])('%s', (_, group) => {
  for (const c of group) {
    const what = c.note ?? `${c.request.method} ${c.request.path}`;
    test(`${c.id} ${what} (${c.source})`, () => run(c));
  }
});

test('the data holds every case once', () => {
  expect(cases).toHaveLength(128);
  expect(new Set(cases.map((c) => c.id)).size).toBe(cases.length);
});

async function run(c: Case): Promise<void> {
  if ('error' in c.expect) {
    await expect(startGateway(c.setup)).rejects.toThrow(/requestId or .*extendedRequestId/);
    return;
  }
  const sleeps = c.setup.routes.some(
    (r) => (r.fn as { sleepsMs?: number })?.sleepsMs !== undefined,
  );
  if (sleeps) jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  let now = 0;
  const harness = await startGateway(
    { accessLogFormat: logFormat(c.expect), methodSettings: logSettings(c.expect), ...c.setup },
    c.request.at_ms ? { now: () => now } : {},
  );
  open = harness;
  const responses = c.request.at_ms
    ? await inTurn(c.request.at_ms, (at) => {
        now = at;
        return harness.send(rawRequest(c.request));
      })
    : await Promise.all(
        Array.from({ length: c.request.parallel ?? 1 }, () =>
          sleeps ? passTime(harness, rawRequest(c.request)) : harness.send(rawRequest(c.request)),
        ),
      );
  for (const [kind, expected] of Object.entries(c.expect)) {
    const check = checks[kind];
    if (!check) throw new Error(`no check for ${kind}`);
    await check(expected as never, { harness, response: responses[0]!, responses, setup: c.setup });
  }
}

async function inTurn<Value, Result>(
  values: readonly Value[],
  work: (value: Value) => Promise<Result>,
) {
  const results: Result[] = [];
  for (const value of values) results.push(await work(value));
  return results;
}

/** Sends a request to functions that sleep, and lets the faked time run until it is answered. */
async function passTime(harness: Harness, request: RawRequest): Promise<RawResponse> {
  const response = harness.send(request);
  let answered = false;
  void response.finally(() => {
    answered = true;
  });
  while (harness.events.length === 0) await new Promise(setImmediate);
  while (!answered) {
    jest.advanceTimersByTime(10);
    await new Promise(setImmediate);
  }
  return response;
}

function rawRequest({ method, path, headers = {}, body, bodyBytes }: Request): RawRequest {
  const raw = path.startsWith('raw:');
  const pairs = (Array.isArray(headers) ? headers : Object.entries(headers)).flatMap(
    ([name, value]) => (value === null ? [] : [[name, expanded(value)] as const]),
  );
  if (raw) pairs.push(['Host', `${apiId}.execute-api.localhost`]);
  return {
    method,
    path: path.replace(/^raw:/, '').replace(/#.*$/, ''),
    headers: pairs,
    body: bodyBytes ? 'x'.repeat(bodyBytes) : bodyText(body),
  };
}

const bodyText = (body: unknown) =>
  body === undefined || body === null
    ? undefined
    : typeof body === 'string'
      ? body
      : JSON.stringify(body);

const inAnHour = Math.floor(Date.now() / 1000) + 3600;
const person = { sub: 'b1', exp: inAnHour, iat: inAnHour - 3600, auth_time: inAnHour - 3600 };

/** `$idToken` and the like; `N bytes` stands for so long a value. */
function expanded(value: string): string {
  const [, length] = /^(\d+) bytes$/.exec(value) ?? [];
  if (length) return 'x'.repeat(Number(length));
  const id = { ...person, token_use: 'id', aud: 'client' };
  return value
    .replace(/\$accessToken\(scope='(.*?)'\)/, (_, scope) =>
      token({ ...person, token_use: 'access', scope }),
    )
    .replace('$idTokenOtherPool', token({ ...id, iss: 'another pool' }))
    .replace('$idTokenBadSignature', token(id, 'bad'))
    .replace('$idToken', token(id));
}

/** Where the case does not give a format: `name=value`, one tab between. */
const logFormat = ({ log, logPresent = [], logLines }: Case['expect']) =>
  [
    'requestId',
    ...Object.keys(log ?? {}),
    ...(logPresent as string[]),
    ...(logLines === 0 ? ['status'] : []),
  ]
    .map((name) => `${name}=$context.${name}`)
    .join('\t');

const logSettings = ({ executionLogIncludes }: Case['expect']): ApiSetup['methodSettings'] =>
  executionLogIncludes ? { '*/*': { LoggingLevel: 'ERROR' } } : {};

interface Outcome {
  readonly harness: Harness;
  readonly response: RawResponse;
  readonly responses: readonly RawResponse[];
  readonly setup: ApiSetup;
}

const accessLog = ({ harness, setup }: Outcome): Record<string, unknown> => {
  const lines = harness.logs.filter((event) => event.logGroup === 'access');
  expect(lines).toHaveLength(1);
  const line = lines[0]!.message;
  return setup.accessLogFormat
    ? JSON.parse(line)
    : Object.fromEntries(line.split('\t').map((field) => field.split(/=(.*)/s)));
};

/** `requestContext.identity` of an object; a name may hold a `-`, never a dot. */
const at = (object: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], object);

const event = ({ harness }: Outcome) => harness.events[0]!;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const matches = (value: unknown, wanted: string) =>
  wanted === 'uuid' ? expect(value).toMatch(uuid) : expect(value).toBe(wanted);
const each = <Value>(
  map: Record<string, Value>,
  check: (name: string, value: Value) => unknown,
) => {
  for (const [name, value] of Object.entries(map)) check(name, value);
};
const samples = ({ harness }: Outcome, name: string) =>
  harness.metrics.filter(({ metric }) => metric.name === name);

const checks: Record<string, (expected: never, outcome: Outcome) => unknown> = {
  status: (status: number, { response }) => expect(response.status).toBe(status),
  statusNot: (status: number, { response }) => expect(response.status).not.toBe(status),
  statusIn: (list: number[], { response }) => expect(list).toContain(response.status),
  // Other readings of a disputed case: named in readings.ts, tested there.
  alternatives: () => undefined,
  statuses: (counts: Record<string, number>, { responses }) =>
    each(counts, (status, count) =>
      expect(responses.filter((r) => r.status === Number(status))).toHaveLength(count),
    ),
  statusesEach: (list: number[], { responses }) =>
    expect(responses.map((r) => r.status)).toEqual(list),
  body: (body: unknown, { response }) => expect(JSON.parse(response.text)).toEqual(body),
  bodyText: (text: string, { response }) => expect(response.text).toBe(text),
  bodyIncludes: (text: string, { response }) => expect(response.text).toContain(text),
  bodyMatch: (map: Record<string, string>, { response }) =>
    each(map, (name, wanted) => matches(JSON.parse(response.text)[name], wanted)),
  headers: (map: Record<string, string>, { response }) =>
    expect(response.headers).toMatchObject(map),
  headersAbsent: (names: string[], { response }) =>
    expect(Object.keys(response.headers).filter((name) => names.includes(name))).toEqual([]),
  headersPresent: (names: string[], { response }) =>
    expect(Object.keys(response.headers)).toEqual(expect.arrayContaining(names)),
  headersMatch: (map: Record<string, string>, { response }) =>
    each(map, (name, wanted) => matches(response.headers[name], wanted)),
  headersIncludes: (map: Record<string, string>, { response }) =>
    each(map, (name, text) => expect(response.headers[name]).toContain(text)),
  headerLines: (map: Record<string, string[]>, { response }) =>
    each(map, (name, values) =>
      expect(
        response.headerLines.filter(([n]) => n.toLowerCase() === name).map(([, value]) => value),
      ).toEqual(values),
    ),
  rawHeaderName: (name: string, { response }) =>
    expect(response.headerLines.map(([n]) => n)).toContain(name),
  gatewayResponseApplied: (_: false, { response }) =>
    expect(response.headers['x-amzn-errortype']).toBeUndefined(),
  event: (map: Record<string, unknown>, outcome) =>
    each(map, (path, value) => expect(at(event(outcome), path)).toEqual(value)),
  eventMatch: (map: Record<string, string>, outcome) =>
    each(map, (path, pattern) => expect(at(event(outcome), path)).toMatch(new RegExp(pattern))),
  eventAbsent: (paths: string[], outcome) => {
    for (const path of paths) expect(at(event(outcome), path)).toBeUndefined();
  },
  eventKeys: (map: Record<string, string[]>, outcome) =>
    each(map, (path, keys) =>
      expect(Object.keys(at(event(outcome), path) as object).sort()).toEqual([...keys].sort()),
    ),
  eventHeaders: (names: string[], outcome) =>
    expect(Object.keys(event(outcome)['headers'] as object)).toEqual(expect.arrayContaining(names)),
  eventHeadersAbsent: (names: string[], outcome) => {
    for (const name of names) expect(event(outcome)['headers']).not.toHaveProperty(name);
  },
  same: (pairs: [string, string][], outcome) => {
    for (const [left, right] of pairs) {
      const header = outcome.response.headers[right.replace('response.header.', '')];
      expect(header).toBeDefined();
      expect(at({ event: event(outcome) }, left)).toBe(header);
    }
  },
  traceHeaderIncludes: (text: string, { harness }) =>
    expect(harness.traceHeaders[0]).toContain(text),
  lambdaInvoked: (invoked: boolean, { harness }) => expect(harness.events.length > 0).toBe(invoked),
  lambdaRunsToEnd: async (_: true, { harness }) => {
    expect(harness.finished).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(harness.finished).toBe(1);
  },
  log: (map: Record<string, string>, outcome) => expect(accessLog(outcome)).toMatchObject(map),
  logPresent: (names: string[], outcome) => {
    for (const name of names) expect(accessLog(outcome)[name]).toMatch(/[^-]/);
  },
  logLines: (count: number, { harness }) => expect(harness.logs).toHaveLength(count),
  responseLatencyAbout: (ms: number, outcome) => {
    const latency = samples(outcome, 'Latency')[0]!.sample.value;
    expect(Math.abs(latency - ms)).toBeLessThan(100);
  },
  executionLogIncludes: (text: string, { harness }) =>
    expect(
      harness.logs
        .filter(({ logGroup }) => logGroup === `API-Gateway-Execution-Logs_${apiId}/dev`)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(text),
  metrics: (map: Record<string, number | 'ms'>, outcome) =>
    each(map, (name, value) => {
      const found = samples(outcome, name);
      expect(found).toHaveLength(2);
      for (const { sample } of found) {
        if (value === 'ms') expect(sample.unit).toBe('Milliseconds');
        else expect(sample.value).toBe(value);
      }
    }),
  metricsAbsent: (names: string[], outcome) => {
    for (const name of names) expect(samples(outcome, name)).toEqual([]);
  },
  dimensions: (sets: string[][], outcome) =>
    expect(samples(outcome, 'Count').map(({ metric }) => Object.keys(metric.dimensions))).toEqual(
      sets,
    ),
};
checks['eventKeysExactly'] = checks['eventKeys']!;

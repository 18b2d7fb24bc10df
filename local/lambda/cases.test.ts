/** Every documented or recorded case of `testing/cases.data.json` on real processes; each test names its source. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FunctionModel } from './function-model.ts';
import type { InvokeResult } from './invoker.ts';
import { functionModel, lambdaWith, payloadOf, stopAll, until } from './testing/lambda-with.ts';

interface Case {
  readonly id: string;
  readonly topic: string;
  readonly note?: string;
  readonly setup: Partial<FunctionModel> & {
    readonly code?: string;
    readonly raw?: true;
    readonly initLimitMs?: number;
  };
  /** A number: so many at once. */
  readonly invoke?: 'once' | 'twice' | number;
  /** What the bare client calls. */
  readonly request?: { readonly method: string; readonly path: string };
  readonly expect: Readonly<Record<string, unknown>>;
  readonly source: string;
}

const fileOf = (name: string) => readFileSync(new URL(`testing/${name}`, import.meta.url), 'utf8');
const { cases } = JSON.parse(fileOf('cases.data.json')) as { cases: Case[] };

afterEach(stopAll);

describe.each([...Map.groupBy(cases, ({ topic }) => topic)])('%s', (_, group) => {
  for (const c of group) {
    const what = c.note ?? (c.request && `${c.request.method} ${c.request.path}`) ?? '';
    test(`${c.id} ${what} (${c.source})`, () => run(c));
  }
});

test('the data holds every case once', () => {
  expect(cases).toHaveLength(23);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

interface Outcome {
  readonly results: readonly InvokeResult[];
  /** What the bare client saw. */
  readonly seen?: { readonly status: number; readonly headers: object; readonly text: string };
  /** Log lines of the last invocation, or of all where they came at once. */
  readonly lines: readonly string[];
  readonly system: ReturnType<typeof lambdaWith>;
}

async function run({ setup, invoke, request, expect: expected }: Case): Promise<void> {
  const { code = '', raw, initLimitMs = 10_000, ...settings } = setup;
  const files = raw ? { 'index.mjs': fileOf('raw-client.mjs') } : code;
  const limits = { initMs: initLimitMs };
  const system = lambdaWith([functionModel(files, settings)], { limits });
  const outcome = await drive(system, invoke ?? request);
  for (const [kind, value] of Object.entries(expected)) {
    const check = checks[kind];
    if (!check) throw new Error(`no check for ${kind}`);
    check(value as never, outcome);
  }
}

/** Invokes, and waits until the service has written and counted everything about it. */
async function drive(
  system: ReturnType<typeof lambdaWith>,
  how: Case['invoke'] | Case['request'],
): Promise<Outcome> {
  const settled = async (result: InvokeResult) => {
    await until(() => system.lambda.environments().every(({ state }) => state !== 'finishing'));
    return result;
  };
  if (typeof how === 'number') {
    const results = await Promise.all(Array.from({ length: how }, () => system.invoke()));
    return { results, lines: system.messages(), system };
  }
  if (typeof how === 'object') {
    const results = [await settled(await system.invoke(how))];
    const seen = payloadOf(await settled(await system.invoke('report')));
    return { results, seen, lines: system.messages(), system };
  }
  const results = how === 'twice' ? [await settled(await system.invoke())] : [];
  const before = system.messages().length;
  results.push(await settled(await system.invoke()));
  return { results, lines: system.messages().slice(before), system };
}

const payload = ({ results }: Outcome) => payloadOf(results[0]!);
const sorted = (object: object) => Object.keys(object).sort();
const matching = (lines: readonly string[], pattern: string) =>
  lines.filter((line) => new RegExp(pattern).test(line));

/** The platform's record of the last invocation, in the JSON format. */
const report = ({ lines }: Outcome) => {
  const reports = lines
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'platform.report');
  expect(reports).toHaveLength(1);
  return reports[0].record;
};

type Check = (expected: never, outcome: Outcome) => void;

const checks: Readonly<Record<string, Check>> = {
  status: (status: number, { seen }) => expect(seen?.status).toBe(status),
  statusIn: (list: number[], { seen }) => expect(list).toContain(seen?.status),
  body: (body: object, { seen }) => expect(JSON.parse(seen!.text)).toEqual(body),
  headersPresent: (names: string[], { seen }) =>
    expect(Object.keys(seen!.headers)).toEqual(expect.arrayContaining(names)),
  result: (result: object, { results }) => expect(results[0]).toMatchObject(result),
  statuses: (counts: object, { results }) => {
    const byStatus = Map.groupBy(results, ({ statusCode }) => String(statusCode));
    const found = [...byStatus].map(([status, { length }]) => [status, length]);
    expect(Object.fromEntries(found)).toEqual(counts);
  },
  payload: (value: unknown, outcome) =>
    typeof value === 'object'
      ? expect(payload(outcome)).toMatchObject(value as object)
      : expect(payload(outcome)).toEqual(value),
  payloads: (values: unknown[], { results }) => expect(results.map(payloadOf)).toEqual(values),
  payloadMatch: (patterns: Record<string, string>, outcome) => {
    for (const [name, pattern] of Object.entries(patterns)) {
      expect(payload(outcome)[name]).toMatch(new RegExp(pattern));
    }
  },
  payloadPresent: (names: string[], outcome) =>
    expect(Object.keys(payload(outcome))).toEqual(expect.arrayContaining(names)),
  payloadAbsent: (names: string[], outcome) =>
    expect(Object.keys(payload(outcome)).filter((name) => names.includes(name))).toEqual([]),
  environments: (count: number, { system }) =>
    expect(system.lambda.environments()).toHaveLength(count),
  metrics: (sums: object, { system }) => {
    const sum = (name: string) =>
      system.metrics
        .filter(({ metric }) => metric.name === name && !('Resource' in metric.dimensions))
        .filter(({ metric }) => 'FunctionName' in metric.dimensions)
        .reduce((total, { sample }) => total + sample.value, 0);
    expect(Object.fromEntries(Object.keys(sums).map((name) => [name, sum(name)]))).toEqual(sums);
  },
  logLines: (patterns: string[], { lines }) =>
    expect(lines).toEqual(patterns.map((pattern) => expect.stringMatching(pattern))),
  logMatch: (pattern: string, { lines }) => expect(matching(lines, pattern)).toHaveLength(1),
  logCount: (counts: Record<string, number>, { lines }) => {
    for (const [pattern, count] of Object.entries(counts)) {
      expect(matching(lines, pattern)).toHaveLength(count);
    }
  },
  reportDurationAtLeast: (ms: number, { lines }) => {
    const [line] = matching(lines, '^REPORT ');
    expect(Number(/\tDuration: ([\d.]+) ms/.exec(line!)?.[1])).toBeGreaterThanOrEqual(ms);
  },
  report: (fields: object, outcome) => expect(report(outcome)).toMatchObject(fields),
  reportKeys: (keys: string[], outcome) => expect(sorted(report(outcome))).toEqual(keys),
  reportMetricsKeys: (keys: string[], outcome) =>
    expect(sorted(report(outcome).metrics)).toEqual(keys),
};

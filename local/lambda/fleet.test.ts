import { afterEach, expect, test } from '@jest/globals';
import type { Environment } from './environment.ts';
import { createFleet } from './fleet.ts';
import type { Invocation } from './invocation.ts';
import { defaultLimits } from './limits.ts';
import {
  folderWith,
  functionModel,
  lambdaWith,
  payloadOf,
  stopAll,
  until,
} from './testing/lambda-with.ts';

afterEach(stopAll);

/** Each call is answered once all of them have come. */
const meeting = (size: number) =>
  functionModel(
    `const { readdirSync, writeFileSync } = require('node:fs');
    exports.handler = async (n) => {
      writeFileSync(process.env.MEETING_PLACE + '/' + n, '');
      while (readdirSync(process.env.MEETING_PLACE).length < ${size})
        await new Promise((resolve) => setTimeout(resolve, 10));
      return process.pid;
    };`,
    { environment: { MEETING_PLACE: folderWith({}) }, timeoutSeconds: 25 },
  );

/** By share of idle time: cores that are always taken for idle, and never. */
const idle = { maxAtWork: 1, atWorkMs: 60_000, idleShare: 0 };
const busy = { maxAtWork: 1, atWorkMs: 60_000, idleShare: 2 };

test.each([
  ['while the cores are idle', idle],
  ['that take long', { ...busy, atWorkMs: 20 }],
])('invocations %s do not hold up others', async (_, limits) => {
  const { invoke } = lambdaWith([meeting(4)], { limits });
  const answers = await Promise.all([0, 1, 2, 3].map((n) => invoke(n)));
  expect(new Set(answers.map(payloadOf)).size).toBe(4);
});

test('a burst that keeps the cores busy shares as many environments as may be at work', async () => {
  const fn = functionModel('exports.handler = async (n) => n;');
  const { invoke, lambda } = lambdaWith([fn], { limits: { ...busy, maxAtWork: 2 } });
  const events = Array.from({ length: 30 }, (_, n) => n);
  const answers = await Promise.all(events.map((n) => invoke(n)));
  expect(answers.map(payloadOf)).toEqual(events);
  expect(lambda.environments()).toHaveLength(2);
});

test('once the cores are busy, no more are at work than usual', async () => {
  let idleShare = idle.idleShare;
  const limits = Object.create(
    { ...defaultLimits, ...idle, lookAgainMs: 1 },
    {
      idleShare: { get: () => idleShare },
    },
  );
  const fleet = createFleet(limits);
  const started: (Environment & { end(): void })[] = [];
  const pool = fleet.createPool((onAvailable) => {
    const become = (state: Environment['state']) => Object.assign(environment, { state });
    const end = () => {
      become('ready');
      onAvailable();
    };
    const environment = {
      state: 'starting',
      start: () => setImmediate(end),
      invoke: () => become('busy'),
      close: async () => {},
      end,
    } as unknown as (typeof started)[number];
    started.push(environment);
    return environment;
  });
  const busyOnes = () => started.filter(({ state }) => state === 'busy');
  const runFour = () => {
    for (let n = 0; n < 4; n++) pool.run({} as Invocation);
  };
  runFour();
  await until(() => busyOnes().length === 4);
  idleShare = busy.idleShare;
  for (const environment of busyOnes()) environment.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  runFour();
  for (let left = 4; left > 0; left--) {
    expect(busyOnes()).toHaveLength(1);
    busyOnes()[0]!.end();
  }
  expect([started.length, busyOnes().length]).toEqual([4, 0]);
});

test('functions take turns in the order in which their calls came', async () => {
  const functions = ['a', 'b', 'c'].map((name) =>
    functionModel('exports.handler = async (n) => n;', { name }),
  );
  const { invoke } = lambdaWith(functions, { limits: busy });
  const order: number[] = [];
  const calls = Array.from({ length: 9 }, (_, n) =>
    invoke(n, functions[n % 3]!.arn).then((answer) => order.push(payloadOf(answer))),
  );
  await Promise.all(calls);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

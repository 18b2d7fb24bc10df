import { afterEach, expect, test } from '@jest/globals';
import {
  folderWith,
  functionModel,
  lambdaWith,
  payloadOf,
  stopAll,
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

test('invocations that wait for something else than a core do not hold up others', async () => {
  const limits = { maxAtWork: 1, atWorkMs: 20 };
  const { invoke } = lambdaWith([meeting(4)], { limits });
  const answers = await Promise.all([0, 1, 2, 3].map((n) => invoke(n)));
  expect(new Set(answers.map(payloadOf)).size).toBe(4);
});

test('a burst of short invocations shares as many environments as may be at work', async () => {
  const limits = { maxAtWork: 2, atWorkMs: 60_000 };
  const fn = functionModel('exports.handler = async (n) => n;');
  const { invoke, lambda } = lambdaWith([fn], { limits });
  const events = Array.from({ length: 30 }, (_, n) => n);
  const answers = await Promise.all(events.map((n) => invoke(n)));
  expect(answers.map(payloadOf)).toEqual(events);
  expect(lambda.environments()).toHaveLength(2);
});

test('functions take turns in the order in which their calls came', async () => {
  const limits = { maxAtWork: 1, atWorkMs: 60_000 };
  const functions = ['a', 'b', 'c'].map((name) =>
    functionModel('exports.handler = async (n) => n;', { name }),
  );
  const { invoke } = lambdaWith(functions, { limits });
  const order: number[] = [];
  const calls = Array.from({ length: 9 }, (_, n) =>
    invoke(n, functions[n % 3]!.arn).then((answer) => order.push(payloadOf(answer))),
  );
  await Promise.all(calls);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

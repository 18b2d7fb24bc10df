import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, expect, test } from '@jest/globals';
import {
  functionModel,
  isAlive,
  lambdaWith,
  payloadOf,
  stopAll,
  until,
} from './testing/lambda-with.ts';

afterEach(stopAll);

const counter = `let ticks = 0;
  setInterval(() => ticks++, 5);
  exports.handler = async () => ticks;`;

test('an idle environment is frozen: its timers stand still until the next invocation', async () => {
  const { invoke, lambda } = lambdaWith([functionModel(counter)], { limits: { freezeAfterMs: 0 } });
  const before = payloadOf(await invoke());
  await until(() => lambda.environments()[0]?.state === 'frozen');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = payloadOf(await invoke());
  expect(after - before).toBeLessThan(50); // 100 ticks would have passed
});

test('a frozen environment answers and is frozen again', async () => {
  const { invoke, lambda } = lambdaWith([functionModel(counter)], { limits: { freezeAfterMs: 0 } });
  for (let n = 0; n < 5; n++) {
    expect((await invoke()).statusCode).toBe(200);
    await until(() => lambda.environments()[0]?.state === 'frozen');
  }
  expect(lambda.environments()).toHaveLength(1);
});

test('an environment that nobody has used for long is let go', async () => {
  const limits = { reapAfterMs: 50 };
  const { invoke, lambda } = lambdaWith([functionModel(counter)], { limits });
  await invoke();
  const { pid } = lambda.environments()[0]!;
  await until(() => lambda.environments().length === 0 && !isAlive(pid!));
  expect((await invoke()).statusCode).toBe(200);
});

test('closing lets what is in progress finish, then leaves no process and no copy of the code', async () => {
  // Of this process: other tests run at the same time.
  const own = `lambda-${process.pid}-`;
  const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith(own));
  const others = new Set(copies());
  const code = `exports.handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return process.env.LAMBDA_TASK_ROOT;
  };`;
  const { invoke, lambda } = lambdaWith([functionModel(code)]);
  const calls = [invoke(), invoke(), invoke()];
  await until(() => lambda.environments().filter(({ pid }) => pid).length === 3);
  const pids = lambda.environments().map(({ pid }) => pid!);
  await lambda.close();
  for (const call of calls) expect(existsSync(payloadOf(await call))).toBe(false);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(copies().filter((name) => !others.has(name))).toEqual([]);
});

test('closing does not wait for ever', async () => {
  const code = 'exports.handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));';
  const fn = functionModel(code, { timeoutSeconds: 60 });
  const { invoke, lambda } = lambdaWith([fn], { limits: { closeGraceMs: 50 } });
  const call = invoke();
  await until(() => lambda.environments()[0]?.state === 'busy');
  await lambda.close();
  expect(payloadOf(await call)).toMatchObject({ errorType: 'Sandbox.Failure' });
});

test('after closing, an invocation is refused', async () => {
  const { invoke, lambda } = lambdaWith([functionModel(counter)]);
  await lambda.close();
  expect((await invoke()).statusCode).toBe(503);
});

test('an environment that dies while it is idle is started again', async () => {
  const { invoke, lambda } = lambdaWith([functionModel(counter)]);
  await invoke();
  const { pid } = lambda.environments()[0]!;
  process.kill(pid!, 'SIGKILL');
  await until(() => lambda.environments()[0]?.state === 'stopped');
  expect((await invoke()).statusCode).toBe(200);
  expect(lambda.environments()).toHaveLength(1);
});

test('invocations leave no timer and no connection behind', async () => {
  const code = functionModel('exports.handler = async () => 1;');
  const { invoke, lambda, messages } = lambdaWith([code]);
  const resources = async (invocations: number) => {
    for (let n = 0; n < invocations; n++) await invoke();
    await until(() => lambda.environments()[0]?.state === 'frozen');
    return process.getActiveResourcesInfo().length;
  };
  const before = await resources(5);
  // A timer of the moment may be there or not; what 200 invocations leave would be many.
  expect(await resources(200)).toBeLessThan(before + 20);
  expect(messages().join('\n')).not.toContain('Warning'); // of listeners that pile up
});

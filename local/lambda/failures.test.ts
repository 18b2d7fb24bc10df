import { afterEach, describe, expect, test } from '@jest/globals';
import {
  functionModel,
  isAlive,
  lambdaWith,
  payloadOf,
  stopAll,
  until,
} from './testing/lambda-with.ts';

afterEach(stopAll);

type Code = Parameters<typeof functionModel>[0];

const fail = async (code: Code, changes = {}, options = {}) => {
  const { invoke } = lambdaWith([functionModel(code, changes)], options);
  const result = await invoke();
  expect(result).toMatchObject({ statusCode: 200, functionError: 'Unhandled' });
  return { ...payloadOf(result), requestId: result.requestId };
};

const exitMessage = (requestId: string, how: string) =>
  `RequestId: ${requestId} Error: Runtime exited ${how}`;

describe('a handler that fails', () => {
  test('reports the error that it throws', async () => {
    const code = `class Oops extends Error { name = 'Oops' }
      exports.handler = async () => { throw new Oops('no such luck'); };`;
    expect(await fail(code)).toMatchObject({
      errorType: 'Oops',
      errorMessage: 'no such luck',
      trace: expect.arrayContaining(['Oops: no such luck']),
    });
  });

  test.each([
    ['"text"', { errorType: 'string', errorMessage: 'text', trace: [] }],
    ['undefined', { errorType: 'undefined', errorMessage: 'undefined', trace: [] }],
    ['null', { errorType: 'object', errorMessage: 'null', trace: [] }],
  ])('reports %s that is thrown instead of an error', async (thrown, error) => {
    expect(await fail(`exports.handler = () => { throw ${thrown}; };`)).toMatchObject(error);
  });

  test.each([
    ['holds itself', 'error.request = { error };', { errorType: 'Error', errorMessage: 'x' }],
    ['has a name that no header can carry', 'error.name = "Ошибка";', { errorType: 'Ошибка' }],
    ['has no name', 'error.name = undefined;', { errorMessage: 'x' }],
    ['has no stack', 'delete error.stack;', { errorMessage: 'x', trace: [] }],
  ])('reports an error that %s', async (_what, change, error) => {
    const code = `exports.handler = async () => { const error = new Error('x'); ${change} throw error; };`;
    expect(await fail(code)).toMatchObject(error);
  });

  test('keeps its environment', async () => {
    const { invoke } = lambdaWith([
      functionModel('let n = 0; exports.handler = async () => { throw new Error(String(++n)); };'),
    ]);
    await invoke();
    expect(payloadOf(await invoke())).toMatchObject({ errorMessage: '2' });
  });

  test('by returning what is no JSON is told so', async () => {
    expect(await fail('exports.handler = async () => 1n;')).toMatchObject({
      errorType: 'Runtime.JSONStringifyError',
      errorMessage: 'Unable to stringify response body',
    });
  });

  test('by waiting for what can never come is told so, and the next call works', async () => {
    const code = `let first = true; exports.handler = async () => {
      if (!first) return 'ok';
      first = false;
      await new Promise(() => {});
    };`;
    const { invoke } = lambdaWith([functionModel(code)]);
    expect(payloadOf(await invoke())).toMatchObject({ errorType: 'Runtime.NodeJsExit' });
    expect(payloadOf(await invoke())).toBe('ok');
  });
});

describe('a process that ends', () => {
  test.each([
    ['by exit(0)', 'process.exit(0)', 'without providing a reason'],
    ['by exit(3)', 'process.exit(3)', 'with error: exit status 3'],
    ['by an unhandled rejection', 'Promise.reject(new Error("x"))', 'with error: exit status 1'],
    [
      'by an uncaught exception',
      'setImmediate(() => { throw new Error("x"); })',
      'with error: exit status 1',
    ],
    ['by a signal', 'process.kill(process.pid, "SIGKILL")', 'with error: signal: killed'],
  ])('%s is an exit error', async (_what, statement, how) => {
    const code = `exports.handler = async () => {
      ${statement};
      await new Promise((resolve) => setTimeout(resolve, 5000));
    };`;
    const { errorType, errorMessage, requestId } = await fail(code);
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toBe(exitMessage(requestId, how));
  });

  test('by a rejection that nobody handles does so before it answers', async () => {
    const code = `exports.handler = async () => { Promise.reject(new Error('x')); return 'ok'; };`;
    const { errorType, errorMessage, requestId } = await fail(code);
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toBe(exitMessage(requestId, 'with error: exit status 1'));
  });

  test('before it has begun, because the machine refuses it, is an exit error', async () => {
    const environment = { MORE_THAN_A_SYSTEM_TAKES: 'x'.repeat(4e6) };
    const { errorType, errorMessage, requestId } = await fail('', { environment });
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toBe(exitMessage(requestId, 'with error: spawn E2BIG'));
  });

  test('is started again in the same environment, on the time of the next invocation', async () => {
    const code = `let n = 0; exports.handler = async (event) => {
      if (event.crash) process.exit(1);
      return ++n;
    };`;
    const { invoke, lambda, logs, messages } = lambdaWith([functionModel(code)]);
    expect(payloadOf(await invoke())).toBe(1);
    await invoke({ crash: true });
    expect(payloadOf(await invoke())).toBe(1);
    expect(lambda.environments()).toHaveLength(1);
    expect(new Set(logs.map(({ logStream }) => logStream)).size).toBe(1);
    await until(() => messages().at(-1)?.startsWith('REPORT'));
    expect(messages().at(-1)).not.toContain('Init Duration');
  });

  const spawning = (options: string) => `exports.handler = async () => {
    const { spawn } = require('node:child_process');
    console.log('child', spawn('/bin/sleep', ['60'], { stdio: 'inherit', ${options} }).pid);
    process.exit(1);
  };`;
  const childOf = (messages: readonly string[]) =>
    Number(/child (\d+)/.exec(messages.join('\n'))?.[1]);

  test.each([
    ['', ''],
    [', also those that left its group', 'detached: true'],
  ])('takes the processes that it started with it%s', async (_what, options) => {
    if (options !== '' && process.platform !== 'linux') return; // finding them needs /proc
    const { invoke, messages } = lambdaWith([functionModel(spawning(options))]);
    await invoke();
    const pid = childOf(messages());
    expect(pid).toBeGreaterThan(0);
    await until(() => !isAlive(pid));
  });

  test('answers although a process that nobody can find holds its output open', async () => {
    const { invoke, messages } = lambdaWith([functionModel(spawning('detached: true, env: {}'))]);
    expect(payloadOf(await invoke())).toMatchObject({ errorType: 'Runtime.ExitError' });
    process.kill(childOf(messages()), 'SIGKILL');
  });
});

describe('a function that needs too much', () => {
  test('time is killed and says so', async () => {
    const code = `let n = 0; exports.handler = async () => {
      n++;
      await new Promise((resolve) => setTimeout(resolve, n === 1 ? 60_000 : 0));
      return n;
    };`;
    const { invoke, lambda } = lambdaWith([functionModel(code, { timeoutSeconds: 0.5 })]);
    const call = invoke();
    const { pid } = await until(() => lambda.environments().find(({ pid }) => pid));
    const result = await call;
    expect(result.functionError).toBe('Unhandled');
    expect(payloadOf(result)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${result.requestId} Error: Task timed out after 0.50 seconds`,
    });
    expect(isAlive(pid!)).toBe(false);
  });

  test('time without ever leaving the processor is killed too', async () => {
    const code = 'exports.handler = async () => { for (;;); };';
    expect(await fail(code, { timeoutSeconds: 0.5 })).toMatchObject({
      errorType: 'Sandbox.Timedout',
    });
  });

  test('heap is aborted by V8', async () => {
    const code = `exports.handler = async () => {
      const all = [];
      for (;;) all.push(new Array(1e5).fill(all.length));
    };`;
    const { errorType, errorMessage } = await fail(
      code,
      { memoryMb: 128 },
      { limits: { memoryCheckMs: 60_000 } },
    );
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toMatch(/signal: aborted|exit status 134/);
  });

  test('memory outside the heap is killed', async () => {
    if (process.platform !== 'linux') return; // other systems do not tell a process's memory
    const code = `exports.handler = async () => {
      globalThis.kept = Buffer.alloc(300e6, 1);
      await new Promise((resolve) => setTimeout(resolve, 5000));
    };`;
    const { errorType, errorMessage, requestId } = await fail(
      code,
      { memoryMb: 256 },
      { limits: { memoryCheckMs: 20 } },
    );
    expect(errorType).toBe('Runtime.OutOfMemory');
    expect(errorMessage).toBe(exitMessage(requestId, 'with error: signal: killed'));
  });
});

describe('an init that fails', () => {
  const stringError = (error: string) => expect.stringContaining(error);

  test.each<[string, Code, string, string, unknown]>([
    [
      'a missing module',
      'require("nowhere");',
      'index.handler',
      'Runtime.ImportModuleError',
      stringError("Cannot find module 'nowhere'"),
    ],
    [
      'no file of that name',
      '',
      'absent.handler',
      'Runtime.ImportModuleError',
      stringError("Cannot find module 'absent'"),
    ],
    [
      'a missing ES module',
      { 'index.mjs': 'import "nowhere";' },
      'index.handler',
      'Error',
      stringError("Cannot find package 'nowhere'"),
    ],
    [
      'a syntax error',
      'const = 1;',
      'index.handler',
      'Runtime.UserCodeSyntaxError',
      stringError('SyntaxError: Unexpected token'),
    ],
    [
      'no such export',
      'exports.other = 1;',
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'an export that is no function',
      'exports.handler = 1;',
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    ['a handler name without a dot', '', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    [
      'a handler above the task root',
      '',
      '../index.handler',
      'Runtime.MalformedHandlerName',
      stringError('is not a valid handler name'),
    ],
    [
      'a callback handler',
      'exports.handler = (event, context, callback) => callback(null, 1);',
      'index.handler',
      'Runtime.CallbackHandlerDeprecated',
      stringError('has removed support for callback-based function handlers'),
    ],
    ['code that throws', 'throw new TypeError("x");', 'index.handler', 'TypeError', 'x'],
    [
      'a folder named like the module',
      { 'app/other.js': '', 'app.js': 'exports.handler = async () => 1;' },
      'app.handler',
      'Error',
      stringError('Directory import'),
    ],
    [
      'a handler that streams',
      'exports.handler = awslambda.streamifyResponse(async () => {});',
      'index.handler',
      'Error',
      'Response streaming is not emulated',
    ],
  ])('by %s answers with its error', async (_what, code, handler, errorType, errorMessage) => {
    expect(await fail(code, { handler })).toMatchObject({ errorType, errorMessage });
  });

  test('by ending the process is an exit error', async () => {
    const { errorType, errorMessage, requestId } = await fail('process.exit(7);');
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toBe(exitMessage(requestId, 'with error: exit status 7'));
  });

  test('by waiting for what can never come is an exit error', async () => {
    const { errorType, errorMessage, requestId } = await fail({
      'index.mjs': 'await new Promise(() => {}); export const handler = async () => 1;',
    });
    expect(errorType).toBe('Runtime.ExitError');
    expect(errorMessage).toBe(exitMessage(requestId, 'without providing a reason'));
  });

  test('is tried again inside the invocation and may then succeed', async () => {
    const code = `const { existsSync, writeFileSync } = require('node:fs');
      if (!existsSync('tried')) { writeFileSync('tried', ''); throw new Error('once'); }
      exports.handler = async () => 'second time';`;
    const { invoke, messages } = lambdaWith([functionModel(code)]);
    expect(payloadOf(await invoke())).toBe('second time');
    expect(messages()).toContainEqual(
      expect.stringMatching(
        /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime.Unknown$/,
      ),
    );
  });

  test('by its own limit is tried again under the time-out of the function', async () => {
    const code = `const { existsSync, writeFileSync } = require('node:fs');
      exports.handler = async () => 'ready';
      if (!existsSync('tried')) { writeFileSync('tried', ''); for (;;); }`;
    const { invoke, messages } = lambdaWith([functionModel(code)], { limits: { initMs: 500 } });
    expect(payloadOf(await invoke())).toBe('ready');
    expect(messages()).toContainEqual(expect.stringMatching(/Phase: init\tStatus: timeout$/));
  });

  test('that never ends is a time-out of the function', async () => {
    const { errorType } = await fail(
      'for (;;);',
      { timeoutSeconds: 0.5 },
      { limits: { initMs: 300 } },
    );
    expect(errorType).toBe('Sandbox.Timedout');
  });
});

describe('a fault that was asked for', () => {
  const code = 'exports.handler = async () => { console.log("at work"); return 1; };';

  test('crashes the environment in the middle of the work', async () => {
    const { invoke, faults, messages } = lambdaWith([functionModel(code)]);
    const { id } = faults.add({ kind: 'function-crash' });
    const result = await invoke();
    expect(payloadOf(result)).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: exitMessage(result.requestId, 'with error: exit status 1'),
    });
    expect(messages().join('\n')).toContain('at work');
    faults.remove(id);
    expect((await invoke()).payload).toBe('1');
  });

  test('slows the handler, and Duration shows it', async () => {
    const { invoke, faults, metrics } = lambdaWith([functionModel(code)]);
    faults.add({ kind: 'function-slowness', delayMs: 300 });
    expect((await invoke()).payload).toBe('1');
    const duration = await until(() => metrics.find(({ metric }) => metric.name === 'Duration'));
    expect(duration.sample.value).toBeGreaterThanOrEqual(300);
  });

  test('lets the function time out', async () => {
    const { invoke, faults } = lambdaWith([functionModel(code, { timeoutSeconds: 0.5 })]);
    faults.add({ kind: 'function-timeout' });
    expect(payloadOf(await invoke())).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });
});

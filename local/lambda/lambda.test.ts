import { afterEach, describe, expect, test } from '@jest/globals';
import {
  arnOf,
  folderWith,
  functionModel,
  lambdaWith,
  payloadOf,
  stopAll,
  until,
} from './testing/lambda-with.ts';

afterEach(stopAll);

const run = async (code: Parameters<typeof functionModel>[0], changes = {}, event: unknown = {}) =>
  lambdaWith([functionModel(code, changes)]).invoke(event);

describe('an invocation', () => {
  test('answers with what the handler returns', async () => {
    const result = await run(
      'exports.handler = async (event) => ({ got: event.n });',
      {},
      { n: 7 },
    );
    expect(result).toEqual({
      statusCode: 200,
      payload: '{"got":7}',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      executedVersion: '$LATEST',
    });
  });

  test.each([
    ['nothing', 'async () => {}', 'null'],
    ['null', 'async () => null', 'null'],
    ['a plain value without a promise', '() => "text"', '"text"'],
    ['umlauts', 'async (e) => e.text', '"Grüße 🗼"'],
  ])('turns %s into JSON', async (_what, handler, payload) => {
    const result = await run(`exports.handler = ${handler};`, {}, { text: 'Grüße 🗼' });
    expect(result.payload).toBe(payload);
  });

  test.each([
    ['a CommonJS module', { 'index.js': 'exports.handler = async () => 1;' }, 'index.handler'],
    ['an ES module', { 'index.mjs': 'export const handler = async () => 1;' }, 'index.handler'],
    ['a .cjs file', { 'index.cjs': 'exports.handler = async () => 1;' }, 'index.handler'],
    [
      'an ES module by package.json',
      { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async () => 1;' },
      'index.handler',
    ],
    ['a nested path', { 'src/get/app.js': 'exports.run = async () => 1;' }, 'src/get/app.run'],
    ['a nested member', { 'app.js': 'exports.a = { b: async () => 1 };' }, 'app.a.b'],
    ['a default export', { 'app.mjs': 'export default { run: async () => 1 };' }, 'app.run'],
  ])('finds the handler in %s', async (_what, code, handler) => {
    expect(await run(code, { handler })).toMatchObject({ statusCode: 200, payload: '1' });
  });

  test('shows the handler the context of the invocation', async () => {
    const fn = functionModel(
      `exports.handler = async (event, context) =>
         ({ ...context, remaining: context.getRemainingTimeInMillis() });`,
      { memoryMb: 256, timeoutSeconds: 3 },
    );
    const { invoke, logs } = lambdaWith([fn]);
    const root = 'Root=1-6b02ccc0-9ac3bb666824479db23f0334';
    const result = await invoke({}, fn.arn, root);
    const context = payloadOf(result);
    expect(context).toMatchObject({
      functionName: 'f',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      logGroupName: '/functions/f',
      logStreamName: logs[0]?.logStream,
      awsRequestId: result.requestId,
      invokedFunctionArn: fn.arn,
      xRayTraceId: root,
    });
    expect(context.remaining).toBeGreaterThan(1000);
    expect(context.remaining).toBeLessThanOrEqual(3000);
  });

  test('runs in the same environment as the one before', async () => {
    const { invoke, lambda } = lambdaWith([
      functionModel('let n = 0; exports.handler = async () => ++n;'),
    ]);
    for (const expected of [1, 2, 3]) expect(payloadOf(await invoke())).toBe(expected);
    expect(lambda.environments()).toHaveLength(1);
  });

  test('of an unknown function is refused', async () => {
    const { invoke } = lambdaWith([functionModel('')]);
    const result = await invoke({}, arnOf('g'));
    expect(result.statusCode).toBe(404);
    expect(payloadOf(result)).toEqual({
      Type: 'User',
      message: `Function not found: ${arnOf('g')}`,
    });
  });

  test('of exactly 6 MB is accepted, with one byte more it is refused', async () => {
    const { invoke } = lambdaWith([functionModel('exports.handler = async (e) => e.length;')]);
    expect(payloadOf(await invoke('x'.repeat(6_291_454)))).toBe(6_291_454);
    expect((await invoke('x'.repeat(6_291_455))).statusCode).toBe(413);
  });

  test('with an event that is no JSON is refused', async () => {
    const { lambda } = lambdaWith([functionModel('')]);
    expect(await lambda.invoke(arnOf('f'), '{"a":')).toMatchObject({ statusCode: 400 });
  });

  test('gets a response of exactly the limit through and refuses one byte more', async () => {
    const { invoke } = lambdaWith([functionModel('exports.handler = async (n) => "x".repeat(n);')]);
    const largest = await invoke(6_291_554);
    expect([largest.functionError, largest.payload.length]).toEqual([undefined, 6_291_556]);
    const tooLarge = await invoke(6_291_555);
    expect(tooLarge.functionError).toBe('Unhandled');
    expect(payloadOf(tooLarge)).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect(payloadOf(await invoke(1))).toBe('x');
  });
});

describe('versions and aliases', () => {
  const fn = () =>
    functionModel('exports.handler = async (e, c) => [c.functionVersion, c.invokedFunctionArn];', {
      versions: ['1', '2'],
      aliases: [{ name: 'live', version: '2' }],
    });

  test.each([
    ['', '$LATEST'],
    [':$LATEST', '$LATEST'],
    [':1', '1'],
    [':live', '2'],
  ])('the ARN with "%s" runs version %s', async (qualifier, version) => {
    const arn = arnOf('f') + qualifier;
    const result = await lambdaWith([fn()]).invoke({}, arn);
    expect(result.executedVersion).toBe(version);
    expect(payloadOf(result)).toEqual([version, arn]);
  });

  test('an alias shares the environments of its version', async () => {
    const { invoke, lambda } = lambdaWith([fn()]);
    await invoke({}, `${arnOf('f')}:live`);
    await invoke({}, `${arnOf('f')}:2`);
    expect(lambda.environments()).toMatchObject([{ version: '2' }]);
  });

  test('an alias of a version that does not exist is an error at start', () => {
    const broken = functionModel('', { aliases: [{ name: 'live', version: '7' }] });
    expect(() => lambdaWith([broken])).toThrow(
      'The alias live of f points at version 7, which is not published',
    );
  });
});

describe('the environment of the process', () => {
  test('holds what AWS defines, what the template and the runtime add, and nothing else', async () => {
    process.env['DEVELOPER_SECRET'] = 'x';
    const fn = functionModel('const env = { ...process.env }; exports.handler = async () => env;', {
      environment: { TABLE_NAME: 't', AWS_LAMBDA_FUNCTION_NAME: 'not yours' },
    });
    const local = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };
    const { invoke, logs } = lambdaWith([fn], { environment: () => local });
    const env = payloadOf(await invoke());
    delete process.env['DEVELOPER_SECRET'];
    expect(env).toEqual({
      ...local,
      TABLE_NAME: 't',
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/functions/f',
      AWS_LAMBDA_LOG_STREAM_NAME: logs[0]?.logStream,
      AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
      _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
      _AWS_XRAY_DAEMON_PORT: '2000',
      LAMBDA_TASK_ROOT: expect.stringMatching(/\/f$/),
      LAMBDA_RUNTIME_DIR: expect.stringMatching(/\/local\/lambda\/runtime\/$/),
      LANG: 'en_US.UTF-8',
      LD_LIBRARY_PATH: expect.stringContaining('/opt/lib'),
      NODE_PATH: expect.stringContaining('/opt/nodejs/node24/node_modules'),
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      PWD: env.LAMBDA_TASK_ROOT,
      SHLVL: '0',
      TZ: ':UTC',
    });
  });

  test('lets the template set what is not reserved', async () => {
    const environment = {
      AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
      LANG: 'C',
      LD_LIBRARY_PATH: '/mine',
      NODE_PATH: '/mine',
      PATH: '/mine',
      TZ: 'Europe/Berlin',
    };
    const result = await run('exports.handler = async () => process.env;', { environment });
    expect(payloadOf(result)).toMatchObject(environment);
  });

  test('tells the log format and level where the format is JSON', async () => {
    const code = `exports.handler = async () =>
      [process.env.AWS_LAMBDA_LOG_FORMAT, process.env.AWS_LAMBDA_LOG_LEVEL];`;
    const result = await run(code, { logFormat: 'JSON', applicationLogLevel: 'DEBUG' });
    expect(payloadOf(result)).toEqual(['JSON', 'DEBUG']);
  });

  test('has the code as working directory and sees no module of the project', async () => {
    const code = `exports.handler = async () => {
      let found = true;
      try { require('typescript'); } catch { found = false; }
      return [process.cwd() === process.env.LAMBDA_TASK_ROOT, found];
    };`;
    expect(payloadOf(await run(code))).toEqual([true, false]);
  });

  test('runs the Node.js of the deployed runtime', async () => {
    const major = payloadOf(await run('exports.handler = async () => process.versions.node;'));
    expect(major).toMatch(/^24\./);
  });
});

describe('concurrency', () => {
  const sleeper = `exports.handler = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, event.ms));
      return { n: event.n, pid: process.pid };
    };`;

  test('gives each of 50 invocations at once an environment of its own', async () => {
    const meetingPlace = folderWith({});
    const code = `const { readdirSync, writeFileSync } = require('node:fs');
      exports.handler = async (n) => {
        writeFileSync(process.env.MEETING_PLACE + '/' + n, '');
        while (readdirSync(process.env.MEETING_PLACE).length < 50)
          await new Promise((resolve) => setTimeout(resolve, 10));
        return { n, pid: process.pid };
      };`;
    const environment = { MEETING_PLACE: meetingPlace };
    const fn = functionModel(code, { environment, timeoutSeconds: 25 });
    const { invoke, lambda } = lambdaWith([fn], { limits: { maxEnvironments: 50, maxAtWork: 50 } });
    const calls = Array.from({ length: 50 }, (_, n) => invoke(n));
    const answers = (await Promise.all(calls)).map(payloadOf);
    expect(answers.map(({ n }) => n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(50);
    expect(lambda.environments()).toHaveLength(50);
  });

  test('above the reserved number is refused', async () => {
    const { invoke } = lambdaWith([functionModel(sleeper, { reservedConcurrency: 1 })]);
    const [first, second] = await Promise.all([invoke({ n: 1, ms: 50 }), invoke({ n: 2, ms: 50 })]);
    expect(payloadOf(first)).toMatchObject({ n: 1 });
    expect(second.statusCode).toBe(429);
    expect(second).not.toHaveProperty('functionError');
    expect(payloadOf(second)).toEqual({
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      Type: 'User',
      message: 'Rate Exceeded.',
    });
  });

  test('of zero refuses everything', async () => {
    const { invoke, lambda } = lambdaWith([functionModel(sleeper, { reservedConcurrency: 0 })]);
    expect((await invoke()).statusCode).toBe(429);
    expect(lambda.environments()).toEqual([]);
  });

  test('of one is enough for any number of calls in a row', async () => {
    const { invoke, lambda } = lambdaWith([functionModel(sleeper, { reservedConcurrency: 1 })]);
    for (let n = 0; n < 50; n++) expect((await invoke({ n, ms: 0 })).statusCode).toBe(200);
    expect(lambda.environments()).toHaveLength(1);
  });

  test('of the account is what the reservations leave', async () => {
    const reserved = functionModel(sleeper, { name: 'reserved', reservedConcurrency: 2 });
    const shared = functionModel(sleeper, { name: 'shared' });
    const { invoke } = lambdaWith([shared, reserved], { limits: { accountConcurrency: 3 } });
    const calls = [arnOf('shared'), arnOf('shared'), arnOf('reserved')];
    const results = await Promise.all(calls.map((arn) => invoke({ ms: 50 }, arn)));
    expect(results.map(({ statusCode }) => statusCode)).toEqual([200, 429, 200]);
    expect(payloadOf(results[1]!)).toMatchObject({ Reason: 'ConcurrentInvocationLimitExceeded' });
  });

  test('lets a call take the environment that becomes free first', async () => {
    const { invoke, lambda } = lambdaWith([functionModel(sleeper)]);
    await invoke({ ms: 0 });
    const [{ pid } = { pid: 0 }] = lambda.environments();
    const [, second] = await Promise.all([invoke({ ms: 1 }), invoke({ ms: 0 })]);
    expect(payloadOf(second!).pid).toBe(pid);
    await until(() => lambda.environments().every(({ state }) => state !== 'busy'));
  });

  test('beyond what the machine holds waits instead of starting more processes', async () => {
    const functions = ['a', 'b'].map((name) => functionModel(sleeper, { name }));
    const { invoke, lambda } = lambdaWith(functions, { limits: { maxEnvironments: 2 } });
    const calls = Array.from({ length: 12 }, (_, n) => invoke({ n, ms: 5 }, functions[n % 2]!.arn));
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, lambda.environments().length);
    }, 1);
    const answers = (await Promise.all(calls)).map((result) => payloadOf(result).n);
    clearInterval(watch);
    expect(answers).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(most).toBe(2);
  });

  test('gives a function that has no environment the next one, however busy the others are', async () => {
    const functions = ['a', 'b'].map((name) => functionModel(sleeper, { name }));
    const [a, b] = functions.map(({ arn }) => arn);
    const { invoke } = lambdaWith(functions, { limits: { maxEnvironments: 1 } });
    let left = 400;
    const keepBusy = async () => {
      while (left-- > 0) await invoke({ ms: 0 }, a);
    };
    await invoke({ ms: 0 }, a);
    const busy = [keepBusy(), keepBusy()];
    expect((await invoke({ ms: 0 }, b)).statusCode).toBe(200);
    expect(left).toBeGreaterThan(0);
    left = 0;
    await Promise.all(busy);
  });

  test('does not take an environment from a function that has as few', async () => {
    const functions = ['a', 'b'].map((name) => functionModel(sleeper, { name }));
    const { invoke, lambda } = lambdaWith(functions, { limits: { maxEnvironments: 2 } });
    for (const { arn } of functions) await invoke({ ms: 0 }, arn);
    const pids = () => lambda.environments().map(({ pid }) => pid);
    const before = pids();
    await Promise.all(Array.from({ length: 6 }, () => invoke({ ms: 5 }, functions[0]!.arn)));
    expect(pids()).toEqual(before);
  });

  test('makes room for another function by letting an idle environment go', async () => {
    const functions = ['a', 'b'].map((name) => functionModel(sleeper, { name }));
    const { invoke, lambda } = lambdaWith(functions, { limits: { maxEnvironments: 1 } });
    for (const { arn, name } of [...functions, ...functions]) {
      expect((await invoke({ ms: 0 }, arn)).statusCode).toBe(200);
      expect(lambda.environments()).toMatchObject([{ functionName: name }]);
    }
  });
});

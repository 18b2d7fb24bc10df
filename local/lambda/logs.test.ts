import { afterEach, describe, expect, test } from '@jest/globals';
import { functionModel, lambdaWith, stopAll, until } from './testing/lambda-with.ts';

afterEach(stopAll);

const id = '[0-9a-f-]{36}';

/** Messages of one invocation, up to the platform's last. */
async function messagesOf(code: string, changes: Parameters<typeof functionModel>[1] = {}) {
  const { invoke, messages, logs, lambda } = lambdaWith([functionModel(code, changes)]);
  const { requestId } = await invoke(
    {},
    undefined,
    'Root=1-6b02ccc0-9ac3bb666824479db23f0334;Sampled=1',
  );
  await until(() => ['ready', 'frozen', 'stopped'].includes(lambda.environments()[0]?.state ?? ''));
  return { messages: messages(), requestId, logs, invoke, lambda };
}

const jsonOf = (messages: readonly string[], type?: string) =>
  messages
    .map((message) => JSON.parse(message))
    .filter((record) => type === undefined || record.type === `platform.${type}`);

describe('the text format', () => {
  test('tells init, start, end and a report', async () => {
    const { messages, logs } = await messagesOf(
      'exports.handler = async () => { console.log("hi"); };',
    );
    const expected = [
      /^INIT_START Runtime Version: \S+\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:\S+$/,
      new RegExp(`^START RequestId: ${id} Version: \\$LATEST$`),
      new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\t${id}\\tINFO\\thi$`),
      new RegExp(`^END RequestId: ${id}$`),
      new RegExp(
        `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 512 MB\\tMax Memory Used: [1-9]\\d* MB\\tInit Duration: [\\d.]+ ms\\t$`,
      ),
    ];
    expect(messages).toEqual(expected.map((line) => expect.stringMatching(line)));
    for (const { logGroup, logStream, timestamp } of logs) {
      expect(logGroup).toBe('/functions/f');
      expect(logStream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
      expect(Math.abs(timestamp - Date.now())).toBeLessThan(60_000);
    }
  });

  test('reports no init in a warm environment', async () => {
    const { invoke, logs } = await messagesOf('exports.handler = async () => {};');
    await invoke();
    await until(() => logs.filter(({ message }) => message.startsWith('REPORT')).length === 2);
    expect(logs.at(-1)?.message).toMatch(/Max Memory Used: \d+ MB\t$/);
  });

  test('bills init and duration, rounded up', async () => {
    const { messages } = await messagesOf('exports.handler = async () => {};');
    const [, duration, billed, init] =
      /Duration: ([\d.]+) ms\tBilled Duration: (\d+) ms.*Init Duration: ([\d.]+) ms/.exec(
        messages.at(-1)!,
      ) ?? [];
    expect(Math.abs(Number(billed) - (Number(duration) + Number(init)))).toBeLessThanOrEqual(1.01);
  });

  test('adds the trace to the report of a traced invocation', async () => {
    const { messages } = await messagesOf('exports.handler = async () => {};', {
      tracing: 'Active',
    });
    expect(messages.at(-1)).toMatch(
      /\t\nXRAY TraceId: 1-6b02ccc0-9ac3bb666824479db23f0334\tSegmentId: [0-9a-f]{16}\tSampled: true\t$/,
    );
  });

  test.each([
    ['throw new Error("x")', 'Status: error\tError Type: Runtime.Unknown'],
    ['process.exit(1)', 'Status: error\tError Type: Runtime.ExitError'],
    ['for (;;);', 'Status: timeout\t'],
  ])('adds the status to the report after %s', async (statement, status) => {
    const code = `exports.handler = async () => { ${statement} };`;
    const { messages } = await messagesOf(code, { timeoutSeconds: 0.5 });
    expect(messages.at(-1)).toContain(`\t${status}`);
  });

  test('caps the duration of a time-out at the time-out', async () => {
    const { messages } = await messagesOf('exports.handler = async () => { for (;;); };', {
      timeoutSeconds: 0.5,
    });
    expect(messages.at(-1)).toContain('\tDuration: 500.00 ms\t');
  });

  test('writes each console method with its level, and the dash before the first invocation', async () => {
    const { messages } = await messagesOf(`console.warn('at init');
      exports.handler = async () => {
        for (const method of ['trace', 'debug', 'info', 'log', 'warn', 'error', 'fatal'])
          console[method]('by %s', method, { n: 1 });
        console.log();
      };`);
    const lines = messages
      .map((message) => message.split('\t'))
      .filter((line) => line.length === 4);
    expect(lines.map(([, , level, text]) => [level, text])).toEqual([
      ['WARN', 'at init'],
      ['TRACE', 'by trace { n: 1 }'],
      ['DEBUG', 'by debug { n: 1 }'],
      ['INFO', 'by info { n: 1 }'],
      ['INFO', 'by log { n: 1 }'],
      ['WARN', 'by warn { n: 1 }'],
      ['ERROR', 'by error { n: 1 }'],
      ['FATAL', 'by fatal { n: 1 }'],
      ['INFO', 'undefined'],
    ]);
    expect(lines[0]?.[1]).toBe('-');
  });

  test('logs the error of a failed invocation as one event, with the errors inside it', async () => {
    const { messages, requestId } = await messagesOf(
      'exports.handler = async () => { throw Object.assign(new TypeError("no"), { inner: new Error("in") }); };',
    );
    const line = messages.find((message) => message.includes('\tERROR\t'))!;
    const [, loggedId, , text, json] = line.split('\t');
    expect([loggedId, text]).toEqual([requestId, 'Invoke Error ']);
    expect(JSON.parse(json!)).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no',
      inner: { errorType: 'Error', errorMessage: 'in' },
    });
  });
});

describe('the JSON format', () => {
  const json = {
    logFormat: 'JSON',
    systemLogLevel: 'DEBUG',
    applicationLogLevel: 'TRACE',
  } as const;

  test('tells every phase at the system level DEBUG', async () => {
    const { messages, requestId } = await messagesOf('exports.handler = async () => "four";', json);
    const records = jsonOf(messages);
    expect(records.map(({ type }) => type)).toEqual(
      ['initStart', 'initRuntimeDone', 'initReport', 'start', 'runtimeDone', 'report'].map(
        (type) => `platform.${type}`,
      ),
    );
    const [initStart, initRuntimeDone, initReport, start, runtimeDone, report] = records.map(
      ({ record }) => record,
    );
    const init = { initializationType: 'on-demand', phase: 'init' };
    expect(initStart).toMatchObject({ ...init, functionName: 'f', functionVersion: '$LATEST' });
    expect(initRuntimeDone).toEqual({ ...init, status: 'success' });
    expect(initReport).toEqual({
      ...init,
      status: 'success',
      metrics: { durationMs: expect.any(Number) },
    });
    expect(start).toEqual({ requestId, version: '$LATEST' });
    expect(runtimeDone).toEqual({
      requestId,
      status: 'success',
      metrics: { durationMs: expect.any(Number), producedBytes: 6 },
      spans: [
        { name: 'responseLatency', start: expect.any(String), durationMs: expect.any(Number) },
        { name: 'responseDuration', start: expect.any(String), durationMs: expect.any(Number) },
        { name: 'runtimeOverhead', start: expect.any(String), durationMs: expect.any(Number) },
      ],
    });
    expect(report).toEqual({
      requestId,
      status: 'success',
      metrics: {
        durationMs: expect.any(Number),
        billedDurationMs: expect.any(Number),
        memorySizeMB: 512,
        maxMemoryUsedMB: expect.any(Number),
        initDurationMs: expect.any(Number),
      },
    });
    for (const { time } of records) expect(new Date(time).toISOString()).toBe(time);
  });

  test.each([
    ['INFO', 'return 1', ['initStart', 'start', 'report']],
    ['WARN', 'return 1', []],
    ['WARN', 'throw new Error("x")', ['runtimeDone', 'report']],
    ['INFO', 'throw new Error("x")', ['initStart', 'start', 'runtimeDone', 'report']],
  ] as const)(
    'at the system level %s, after "%s", tells only %p',
    async (level, statement, types) => {
      const { messages } = await messagesOf(`exports.handler = async () => { ${statement}; };`, {
        ...json,
        systemLogLevel: level,
      });
      const platform = jsonOf(messages).filter(({ type }) => type !== undefined);
      expect(platform.map(({ type }) => type)).toEqual(types.map((type) => `platform.${type}`));
    },
  );

  test('tells of a runtime that gave no answer that it produced nothing', async () => {
    const code = 'exports.handler = async () => { for (;;); };';
    const { messages } = await messagesOf(code, { ...json, timeoutSeconds: 0.5 });
    const [{ record }] = jsonOf(messages, 'runtimeDone');
    expect(record).toMatchObject({ status: 'timeout', metrics: { producedBytes: 0 } });
    expect(record.spans.map(({ name }: { name: string }) => name)).toEqual(['runtimeOverhead']);
  });

  test('calls an error of the runtime by its class, as the runtime does', async () => {
    const { messages } = await messagesOf('require("nowhere");', json);
    const [logged] = jsonOf(messages).filter(({ level }) => level === 'ERROR');
    expect(logged.message).toMatchObject({
      errorType: 'ImportModuleError',
      name: 'Runtime.ImportModuleError',
    });
  });

  test('tells the trace of a traced invocation', async () => {
    const code = 'exports.handler = async () => process.env._X_AMZN_TRACE_ID;';
    const { messages } = await messagesOf(code, { ...json, tracing: 'Active' });
    const [{ record }] = jsonOf(messages, 'start');
    expect(record.tracing).toEqual({
      type: 'X-Amzn-Trace-Id',
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      value: `Root=1-6b02ccc0-9ac3bb666824479db23f0334;Parent=${record.tracing.spanId};Sampled=1`,
    });
  });

  test('wraps what goes through console, with objects and errors kept', async () => {
    const { messages, requestId } = await messagesOf(
      `exports.handler = async () => {
        console.info('a\\nb');
        console.warn({ deep: { n: 1 } });
        console.error(new RangeError('bad'));
        console.debug('two %s', 'parts', new RangeError('worse'));
        const circular = {}; circular.self = circular;
        console.log(circular);
      };`,
      { ...json, systemLogLevel: 'WARN' },
    );
    const error = (errorMessage: string) => ({
      errorType: 'RangeError',
      errorMessage,
      stackTrace: expect.arrayContaining([`RangeError: ${errorMessage}`]),
    });
    const common = { requestId, timestamp: expect.stringMatching(/Z$/) };
    expect(jsonOf(messages)).toEqual([
      { ...common, level: 'INFO', message: 'a\nb' },
      { ...common, level: 'WARN', message: { deep: { n: 1 } } },
      { ...common, level: 'ERROR', message: error('bad') },
      {
        ...common,
        level: 'DEBUG',
        message: expect.stringMatching(/^two parts RangeError: worse\n/),
        ...error('worse'),
      },
      { ...common, level: 'INFO', message: expect.stringContaining('[Circular') },
    ]);
  });

  test('filters console by the application level, and nothing else', async () => {
    const emf = '{"_aws":{"Timestamp":1},"level":"DEBUG"}';
    const { messages } = await messagesOf(
      `exports.handler = async () => {
        console.info('quiet'); console.warn('quiet'); console.error('loud');
        process.stdout.write('${emf}\\n');
        process.stderr.write('raw\\n');
      };`,
      { ...json, applicationLogLevel: 'ERROR', systemLogLevel: 'WARN' },
    );
    expect(messages.map((m) => (m.includes('loud') ? 'loud' : m)).sort()).toEqual(
      ['loud', 'raw', emf].sort(),
    );
  });
});

describe('lines', () => {
  test('arrive whole, whatever their size and the chunks they come in', async () => {
    const { messages } = await messagesOf(`exports.handler = async () => {
      process.stdout.write('ü'.repeat(300_000) + '\\n' + 'half');
      await new Promise((resolve) => setTimeout(resolve, 20));
      process.stdout.write(' done\\nnext\\n');
    };`);
    expect(messages.slice(2, -2)).toEqual(['ü'.repeat(300_000), 'half done', 'next']);
  });

  test('of one console call are one event', async () => {
    const { messages } = await messagesOf(
      'exports.handler = async () => { console.log("a\\nb"); };',
    );
    expect(messages[2]).toMatch(/\tINFO\ta\nb$/);
  });

  test('without an end come before the report of a crash', async () => {
    const { messages } = await messagesOf(`exports.handler = async () => {
      process.stdout.write('last words');
      process.exit(1);
    };`);
    expect(messages.slice(2).map((message) => message.split(' ')[0])).toEqual([
      'last',
      'END',
      'REPORT',
    ]);
  });

  test('of a response are known before the response is answered', async () => {
    const { invoke, messages } = lambdaWith([
      functionModel('exports.handler = async (n) => { process.stdout.write(`line ${n}\\n`); };'),
    ]);
    for (let n = 0; n < 100; n++) {
      await invoke(n);
      expect(messages()).toContain(`line ${n}`);
    }
  });
});

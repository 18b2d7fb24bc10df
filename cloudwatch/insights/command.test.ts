import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { InputError } from '../input-error.ts';
import { run } from './command.ts';
import { readEvents } from './read-events.ts';

let logs: string;

beforeAll(async () => {
  logs = join(await mkdtemp(join(tmpdir(), 'insights-')), 'events.ndjson');
  const raw = {
    level: 'INFO',
    message: 'done',
    timestamp: '2026-01-05T00:00:00Z',
    route: '/a',
    ms: 5,
  };
  const exported = { timestamp: Date.UTC(2026, 0, 5, 0, 1), message: '{"route":"/b","ms":7}' };
  await writeFile(logs, `${JSON.stringify(raw)}\n\n${JSON.stringify(exported)}\nplain\n`);
});

async function capture(...args: readonly string[]) {
  let [out, error] = ['', ''];
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
    color: false,
  });
  return { code, out, error };
}

describe('the query command', () => {
  test('prints a table with a summary', async () => {
    const { code, out } = await capture(
      'fields @timestamp, route, ms | sort ms desc',
      '--logs',
      logs,
    );
    expect(code).toBe(0);
    expect(out).toBe(
      [
        '@timestamp               route  ms',
        '2026-01-05 00:01:00.000  /b     7',
        '2026-01-05 00:00:00.000  /a     5',
        '2026-01-05 00:01:00.000  -      -',
        '',
        '3 rows of 3 matched and 3 scanned events',
        '',
      ].join('\n'),
    );
  });

  test('prints JSON', async () => {
    const { out } = await capture('stats sum(ms) as total', '--logs', logs, '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({
      fields: ['total'],
      rows: [{ total: 12 }],
      warnings: [],
    });
  });

  test('warns on standard error', async () => {
    const { error } = await capture('stats count(*) by bin(300s)', '--logs', logs);
    expect(error).toBe('warning: CloudWatch reads 300s as 60s: use a larger unit at column 23\n');
  });

  test.each([
    ['a broken query', ['filtre a', '--logs', 'x'], /no such file/],
    ['no logs', ['fields a'], /one query and at least one --logs file are needed/],
    [
      'an unknown format',
      ['fields a', '--logs', 'x', '--format', 'xml'],
      /--format cannot be 'xml'/,
    ],
  ])('refuses %s in one sentence', async (_, args, message) => {
    await expect(capture(...args)).rejects.toThrow(InputError);
    await expect(capture(...args)).rejects.toThrow(message);
  });

  test('shows the place in a broken query', async () => {
    await expect(capture('fields a | filtre b = 1', '--logs', logs)).rejects.toThrow(
      "query: 'filtre' is no command: did you mean filter? at column 12\nfields a | filtre b = 1\n           ^",
    );
  });
});

describe('lines of a log file', () => {
  test('without a time take that of the line before', () => {
    const text = '{"time":"2026-01-05T00:00:00Z","n":1}\n{"n":2}\n{broken\n';
    expect([...readEvents(text)].map(({ timestamp }) => timestamp)).toEqual(
      Array(3).fill(Date.UTC(2026, 0, 5)),
    );
  });

  test('of an export keep stream and group', () => {
    const line = {
      timestamp: 1,
      message: 'x',
      logStreamName: 's',
      logGroup: 'g',
      ingestionTime: 2,
    };
    expect([...readEvents(JSON.stringify(line))]).toEqual([
      { timestamp: 1, message: 'x', logStream: 's', logGroup: 'g', ingestionTime: 2 },
    ]);
  });
});

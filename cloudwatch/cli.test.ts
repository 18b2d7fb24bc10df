import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runCli } from './cli.ts';
import { alarm, composite, mathAlarm, scenario } from './test-system.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudwatch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  return path;
};

async function cli(...args: readonly string[]) {
  let [out, error] = ['', ''];
  const code = await runCli(args, {
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

const template = file('template.json', { Resources: { A: alarm() } });
const passing = file(
  'pass.yaml',
  scenario({ M: '0 9 0' }, { expect: '[{ alarm: A, becomes: ALARM }]' }),
);
const failing = file(
  'fail.yaml',
  scenario({ M: '0 0 0' }, { expect: '[{ alarm: A, becomes: ALARM }]' }),
);

describe('the command line', () => {
  test('explains itself, as a whole and per command', async () => {
    expect((await cli('--help')).out).toContain('coverage <template...>');
    const help = await cli('test', '--help');
    expect(help.out).toContain('fillEmptySeries=yes|no');
    expect(help).toMatchObject({
      code: 0,
      out: expect.stringContaining('--range'),
    });
    expect((await cli()).code).toBe(2);
  });

  test('test exits 0 when all scenarios hold, and 1 when one does not', async () => {
    const good = await cli('test', template, '--scenario', passing);
    expect(good).toMatchObject({ code: 0, error: '' });
    expect(good.out).toContain('1 of 1 scenarios hold');
    const bad = await cli('test', template, '--scenario', passing, failing);
    expect(bad.code).toBe(1);
    expect(bad.out).toContain(`${failing}:5: A becomes ALARM: it never became ALARM`);
  });

  test('test writes JSON and JUnit', async () => {
    const json = await cli(
      'test',
      template,
      '--scenario',
      failing,
      '--format',
      'json',
      '--range',
      'doc',
    );
    expect(JSON.parse(json.out)).toMatchObject({
      scenarios: [
        {
          name: 'test',
          ok: false,
          failures: [{ line: 5 }],
          alarms: [{ alarm: 'A', range: 'doc' }],
        },
      ],
    });
    const junit = await cli('test', template, '--scenario', failing, '--format', 'junit');
    expect(junit.out).toContain('<testsuite name="scenarios" tests="1" failures="1">');
  });

  test('test draws the states', async () => {
    const { out } = await cli('test', template, '--scenario', passing, '--timeline');
    expect(out).toContain('A  ─█─');
  });

  test('coverage exits 1 and says what would notice each survivor', async () => {
    const { code, out } = await cli('coverage', template, '--scenario', passing);
    expect(code).toBe(1);
    expect(out).toContain('no scenario names it, gives it data and stays silent');
    expect(out).toContain(
      'survives: threshold 5 → 7.5; to notice it: datapoints between 5 and 7.5 must fire',
    );
    const json = await cli('coverage', template, '--scenario', passing, '--format', 'json');
    expect(JSON.parse(json.out).mutants).toMatchObject({ killed: expect.any(Number) });
  });

  const composites = { C: composite('ALARM(D)'), D: composite('ALARM(C)') };
  const deep = mathAlarm({ e: `${'('.repeat(900)}m`, m: { name: 'M', stat: 'Sum' } });

  test.each<[string, readonly string[], string]>([
    ['an unknown command', ['tset'], 'did you mean test?'],
    ['an unknown option', ['test', '--scenaro', 'x'], 'did you mean --scenario?'],
    [
      'what is no region',
      ['test', template, '--scenario', passing, '--region', 'mars'],
      'mars is no',
    ],
    ['what is no region', ['lint', template, '--region', 'mars'], 'mars is no region'],
    ['no template', ['test', '--scenario', passing], 'no template was given'],
    ['no scenario', ['test', template], 'no scenario was given'],
    [
      'an unknown format',
      ['test', template, '--scenario', passing, '--format', 'xml'],
      'text, json, junit',
    ],
    [
      'an unknown range',
      ['test', template, '--scenario', passing, '--range', 'x'],
      'both, doc, measured',
    ],
    [
      'an unknown reading',
      ['test', template, '--scenario', passing, '--reading', 'x=y'],
      'no reading named x',
    ],
    [
      'a missing template',
      ['test', 'none.json', '--scenario', passing],
      'none.json: there is no such file',
    ],
    [
      'a missing scenario',
      ['test', template, '--scenario', 'none.yaml'],
      'none.yaml: there is no such file',
    ],
    [
      'broken JSON',
      ['test', file('b.json', '{"Resources":\n{,'), '--scenario', passing],
      'b.json:2: the JSON is broken',
    ],
    [
      'no alarms',
      ['test', file('n.json', { Resources: {} }), '--scenario', passing],
      'there is no alarm',
    ],
    [
      'a template above 5 MB',
      ['test', file('l.json', ' '.repeat(5_300_000)), '--scenario', passing],
      'larger than 5 MB',
    ],
    [
      'a cycle',
      ['test', file('c.json', { Resources: composites }), '--scenario', passing],
      'C → D → C',
    ],
    [
      'deep math',
      ['test', file('d.json', { Resources: { A: deep } }), '--scenario', passing],
      'nested more than 200 deep',
    ],
    ['deep YAML', ['test', template, '--scenario', file('d.yaml', '['.repeat(20_000))], 'd.yaml'],
  ])('answers %s with one clear message and exit code 2', async (_, args, message) => {
    const { code, out, error } = await cli(...args);
    expect(error).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).not.toMatch(/\bat .*\.ts:\d+|was not foreseen/);
  });

  test('the line of a refused alarm is named', async () => {
    const path = file('cycle.json', { Resources: composites });
    expect((await cli('test', path, '--scenario', passing)).error).toContain(`${path}:3:`);
  });
});

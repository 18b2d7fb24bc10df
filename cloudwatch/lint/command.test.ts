import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { soundResources, templateOf } from '../fixtures/sound-template.ts';
import { InputError } from '../input-error.ts';
import { run } from './command.ts';
import { allRules } from './rules/all-rules.ts';

let directory: string;
const file = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lint-'));
  const write = (name: string, body: unknown) =>
    writeFile(file(name), JSON.stringify(body, null, 1));
  const { ServerErrors } = soundResources;
  const broken = { ...ServerErrors, Properties: { ...ServerErrors?.Properties, Threshold: 1 } };
  await write('sound.json', templateOf(soundResources).body);
  await write('broken.json', templateOf({ ...soundResources, ServerErrors: broken as never }).body);
  await write('unlinked.json', {
    Resources: {
      ...soundResources,
      ServerErrors: {
        ...ServerErrors,
        Properties: { ...ServerErrors?.Properties, AlarmDescription: 'x' },
      },
    },
  });
  await write('conditional.json', {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { Live: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] } },
    Resources: { ...soundResources, Extra: { Type: 'AWS::SNS::Topic', Condition: 'Live' } },
  });
  await write('catalogue.json', [
    { namespace: 'Shop', metric: 'Orders', unit: 'Count', dimensionSets: [[]] },
  ]);
});

async function capture(args: readonly string[], color = false) {
  let [out, error] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
    color,
  };
  return { code: await run(args, io), out, error };
}

describe('the lint command', () => {
  test('is content with a sound template', async () => {
    const { code, out } = await capture([file('sound.json')]);
    expect({ code, out }).toEqual({
      code: 0,
      out: '8 alarms: 0 errors, 0 warnings, 0 info. Results are per AWS documentation.\n',
    });
  });

  test('names place, reason and fix', async () => {
    const { code, out } = await capture([file('broken.json')]);
    expect(code).toBe(1);
    expect(out).toMatch(/^error unreachable-threshold .*broken\.json:\d+ ServerErrors\n/);
    expect(out).toContain(
      '\n  Average of AWS/ApiGateway 5XXError is 0 to 1, and never > 1\n  fix: choose',
    );
    const line = Number(/json:(\d+)/.exec(out)?.[1]);
    const text = JSON.stringify(
      JSON.parse(JSON.stringify(templateOf(soundResources).body)),
      null,
      1,
    );
    expect(text.split('\n')[line - 1]).toContain('"ServerErrors"');
  });

  test('writes exactly the members that programs are promised', async () => {
    const { out } = await capture([file('broken.json'), '--format', 'json']);
    const { findings } = JSON.parse(out);
    expect(findings).toHaveLength(1);
    expect(Object.keys(findings[0]).sort()).toEqual([
      'fix',
      'level',
      'message',
      'resource',
      'rule',
      'template',
    ]);
  });

  test('writes a failure for the alarm and a pass for the others', async () => {
    const { out } = await capture([file('broken.json'), '--format', 'junit']);
    expect(out).toContain('tests="8" failures="1"');
    expect(out).toContain(
      '<failure message="error unreachable-threshold: Average of AWS/ApiGateway 5XXError',
    );
  });

  test('counts infos, shows and fails on them when asked', async () => {
    const usual = await capture([file('unlinked.json')]);
    expect(usual.code).toBe(0);
    expect(usual.out).toContain('1 info (1 not shown: --level info shows them)');
    const strict = await capture([file('unlinked.json'), '--level', 'info']);
    expect(strict.code).toBe(1);
    expect(strict.out).toContain('info no-link');
  });

  test('leaves out rules and takes catalogues', async () => {
    const args = [
      file('broken.json'),
      '--disable',
      'unreachable-threshold',
      '--catalogue',
      file('catalogue.json'),
    ];
    expect((await capture(args)).code).toBe(0);
  });

  test('colours only where it may', async () => {
    const ansi = '\u001b[';
    expect((await capture([file('broken.json')], true)).out).toContain(ansi);
    expect((await capture([file('broken.json')])).out).not.toContain(ansi);
  });

  test('lists its rules', async () => {
    const { out } = await capture(['--rules']);
    for (const { id } of allRules) expect(out).toMatch(new RegExp(`^${id} \\(`, 'm'));
  });

  test('takes the parameter that decides which resources there are', async () => {
    expect((await capture([file('conditional.json'), '--parameter', 'Stage=live'])).code).toBe(0);
    await expect(capture([file('conditional.json')])).rejects.toThrow(
      /Stage.*give --parameter Stage=/,
    );
  });

  test.each([
    ['no template', [], /no template was given/],
    ['a missing file', ['missing.json'], /missing\.json: there is no such file/],
    [
      'an unknown rule',
      ['x.json', '--disable', 'topic-keys'],
      /there is no rule topic-keys; did you mean topic-key\?/,
    ],
    ['an unknown level', ['x.json', '--level', 'fatal'], /--level cannot be 'fatal'/],
    [
      'a missing catalogue',
      ['x.json', '--catalogue', 'missing.json'],
      /missing\.json: there is no such file/,
    ],
  ])('refuses %s in one sentence', async (_, args, message) => {
    await expect(capture(args)).rejects.toThrow(InputError);
    await expect(capture(args)).rejects.toThrow(message);
  });
});

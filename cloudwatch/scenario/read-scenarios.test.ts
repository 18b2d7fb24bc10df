import { describe, expect, test } from '@jest/globals';
import { InputError } from '../input-error.ts';
import { alarm, testSystem, topic } from '../test-system.ts';

const system = testSystem({ A: alarm(), Topic: topic('manara-prod-page') });
const read = (text: string) => system.scenarios(text);

const lines = (...text: readonly string[]) => text.join('\n');
const valid = [
  'name: one',
  'series:',
  '  - { metric: { namespace: N, name: M, dimensions: { T: "${Topic.TopicName}/${A}" } }, values: "0*5" }',
  'expect:',
  '  - { alarm: A, never: ALARM }',
];

describe('scenario files', () => {
  test('are streams of documents; times and dimensions are resolved', () => {
    const [one, two, ...more] = read(
      lines(
        ...valid,
        '---',
        'name: two',
        'start: 2026-02-01T00:00:00Z',
        'expect:',
        '  - alarm: A',
        '    at: 90s',
        '    state: OK',
      ),
    );
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      name: 'one',
      start: Date.parse('2026-01-05T00:00:00Z'),
      length: 300,
      series: [{ every: 60, delay: 0, metric: { dimensions: { T: 'manara-prod-page/A' } } }],
    });
    expect(two).toMatchObject({ start: Date.parse('2026-02-01T00:00:00Z'), length: 120 });
  });

  test('YAML anchors may be used', () => {
    const [one] = read(
      lines(
        'name: one',
        'series:',
        '  - { metric: &metric { namespace: N, name: M }, unit: Count, values: "1" }',
        '  - { metric: *metric, unit: None, values: "1" }',
        'expect: [{ alarm: A, never: ALARM }]',
      ),
    );
    expect(one!.series[1]!.metric).toEqual(one!.series[0]!.metric);
  });

  test('aliases may be many, but not grow without end', () => {
    const series = (anchor: string, index: number) =>
      `  - { metric: { namespace: N, name: M${index} }, values: ${anchor} }`;
    const many = Array.from({ length: 200 }, (_, index) => series('*v', index + 1));
    const text = lines('name: x', 'series:', series('&v "1"', 0), ...many);
    expect(read(`${text}\nexpect: [{ alarm: A, never: ALARM }]`)[0]!.series).toHaveLength(201);
    const grow = Array.from({ length: 9 }, (_, index) => {
      const item = index === 0 ? 'x' : `*a${index - 1}`;
      return `a${index}: &a${index} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(() => read(lines('name: x', ...grow))).toThrow('Excessive alias count');
  });

  test('a scenario ends at its last datapoint or expectation', () => {
    const length = (expectation: string) =>
      read(lines(...valid.slice(0, 4), `  - { alarm: A, ${expectation} }`))[0]!.length;
    expect(length('never: ALARM')).toBe(300);
    expect(length('becomes: ALARM, between: [1m, 9m]')).toBe(540);
    expect(length('at: 6m30s, state: OK')).toBe(420);
    expect(length('notifies: page, between: [1m, 8m]')).toBe(480);
  });

  const change = (line: number, text: string) => lines(...valid.with(line - 1, text));
  const expectation = (text: string) => change(5, `  - { ${text} }`);
  const series = (text: string) => change(3, `  - { ${text} }`);
  const metric = 'metric: { namespace: N, name: M }';

  test.each<[string, string, number, string]>([
    ['nothing', '# nothing', 1, 'no scenario'],
    ['no name', change(1, '# none'), 2, 'name is missing'],
    ['no expectations', lines(...valid.slice(0, 3)), 1, 'expect is missing'],
    ['an unknown member', change(1, 'nmae: one'), 1, "did you mean 'name'?"],
    ['broken YAML', change(5, '  - { alarm: A, never: [ }'), 5, 'YAML is broken'],
    ['a member twice', change(1, 'name: a\nname: b'), 2, 'YAML is broken'],
    ['a list instead of a map', '- a', 1, 'must be a map'],
    ['a start that is no time', change(1, 'name: x\nstart: now'), 2, 'start must be a time'],
    [
      'a start within a minute',
      change(1, 'name: x\nstart: 2026-01-05T00:00:30Z'),
      2,
      'whole minute',
    ],
    ['no metric', series('values: "1"'), 3, 'metric is missing'],
    ['no metric name', series('metric: { namespace: N }, values: "1"'), 3, 'name is missing'],
    ['no values', series(metric), 3, 'values is missing'],
    ['bad values', series(`${metric}, values: "1 x"`), 3, "'x' is no datapoint"],
    ['too many values', series(`${metric}, values: "1*1000001"`), 3, 'more than 1000000'],
    [
      'too long a scenario',
      series(`${metric}, every: 1d, values: "1*101"`),
      1,
      'longer than 100 days',
    ],
    ['a bad interval', series(`${metric}, every: 5, values: "1"`), 3, "'5' is no duration"],
    ['an interval below a second', series(`${metric}, every: 0.5s, values: "1"`), 3, 'one second'],
    [
      'an unknown resource',
      series('metric: { namespace: N, name: M, dimensions: { T: "${Topik}" } }, values: "1"'),
      3,
      '${Topic}',
    ],
    [
      'overlapping series',
      change(3, `  - { ${metric}, values: "1" }\n  - { ${metric}, values: "2" }`),
      4,
      'line 3: they overlap',
    ],
    ['no alarm', expectation('never: ALARM'), 5, 'alarm is missing'],
    ['no verdict', expectation('alarm: A'), 5, 'says one of'],
    ['two verdicts', expectation('alarm: A, never: ALARM, becomes: OK'), 5, 'says one of'],
    ['at without state', expectation('alarm: A, at: 5m'), 5, 'add state:'],
    ['an unknown state', expectation('alarm: A, never: ALARMING'), 5, 'is no state'],
    ['times beside becomes', expectation('alarm: A, becomes: OK, times: 1'), 5, 'does not go with'],
    ['half a window', expectation('alarm: A, becomes: OK, between: [1m]'), 5, 'two times'],
    [
      'a window backwards',
      expectation('alarm: A, becomes: OK, between: [2m, 1m]'),
      5,
      'earlier first',
    ],
    ['negative times', expectation('alarm: A, notifies: page, times: -1'), 5, 'from 0'],
  ])('say where and what is wrong: %s', (_, text, line, message) => {
    const error = (() => {
      try {
        read(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ line, message: expect.stringContaining(message) });
  });

  test('an alarm that does not exist is suggested', () => {
    const named = (name: string) => () =>
      system.evaluate(lines(...valid.slice(0, 4), `  - { alarm: ${name}, never: ALARM }`));
    expect(named('AA')).toThrow('test.yaml:5: there is no alarm named AA; did you mean A?');
    expect(named('something-else-entirely')).toThrow('check the templates');
  });
});

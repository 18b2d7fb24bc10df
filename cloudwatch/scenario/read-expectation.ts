/** What a scenario expects of the alarms. */
import type { State } from '../alarms/alarm.ts';
import type { Between, Expectation } from './scenario.ts';
import type { YamlValue } from './yaml-reader.ts';

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

export function readExpectation(item: YamlValue): Expectation {
  const members = item.members([
    ...([
      'alarm',
      'becomes',
      'between',
      'notifies',
      'times',
      'on',
      'at',
      'state',
      'never',
    ] as const),
  ]);
  const { alarm, becomes, between, notifies, times, on, at, state, never } = members;
  const given = [becomes, notifies, at, never].filter(({ exists }) => exists);
  if (!alarm.exists) item.fail('the expectation names no alarm');
  if (given.length !== 1) {
    item.fail(
      'an expectation says one of becomes, notifies, at, never',
      'write { alarm: …, becomes: ALARM, between: [70m, 75m] }, for instance',
    );
  }
  const allowed = { becomes: [between], notifies: [between, times, on], at: [state], never: [] };
  const kind = given[0]!.name as keyof typeof allowed;
  for (const extra of [between, times, on, state]) {
    if (extra.exists && !(allowed[kind] as readonly YamlValue[]).includes(extra)) {
      extra.fail(`${extra.name} does not go with ${kind}`);
    }
  }
  const base = { file: item.file, line: item.line, alarm: alarm.text() };
  switch (kind) {
    case 'becomes':
      return { ...base, type: kind, state: readState(becomes), between: readBetween(between) };
    case 'never':
      return { ...base, type: kind, state: readState(never) };
    case 'at':
      if (!state.exists) item.fail('at needs the state that is expected then', 'add state: OK');
      return { ...base, type: kind, at: at.duration(), state: readState(state) };
    case 'notifies':
      return {
        ...base,
        type: kind,
        topic: notifies.text(),
        times: times.exists ? readTimes(times) : undefined,
        between: readBetween(between),
        on: on.exists ? readState(on) : 'ALARM',
      };
  }
}

function readState(value: YamlValue): State {
  const text = value.text();
  const state = states.find((each) => each === text);
  return state ?? value.fail(`'${text}' is no state`, `choose ${states.join(', ')}`);
}

function readTimes(value: YamlValue): number {
  const times = Number(value.text());
  return Number.isInteger(times) && times >= 0
    ? times
    : value.fail('times must be a whole number from 0');
}

function readBetween(value: YamlValue): Between | undefined {
  if (!value.exists) return undefined;
  const [from, to, ...more] = value.items().map((item) => item.duration());
  if (from === undefined || to === undefined || more.length > 0 || from > to) {
    return value.fail('between needs two times, the earlier first', 'write [70m, 75m]');
  }
  return [from, to];
}

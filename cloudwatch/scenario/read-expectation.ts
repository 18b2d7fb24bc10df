/** What a scenario expects of the alarms. */
import { type State, states } from '../alarms/history.ts';
import type { Between, Expectation } from './scenario.ts';
import type { YamlValue } from './yaml-reader.ts';

/** What may stand beside each verdict. */
const beside = {
  becomes: ['between'],
  notifies: ['between', 'times', 'on'],
  at: ['state'],
  never: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const verdicts = ['becomes', 'notifies', 'at', 'never'] as const;
const details = ['between', 'times', 'on', 'state'] as const;

export function readExpectation(item: YamlValue): Expectation {
  const members = item.members(['alarm', ...verdicts, ...details]);
  const { between, times, on, state } = members;
  const base = { file: item.file, line: item.line, alarm: members.alarm.text() };
  const [type, ...more] = verdicts.filter((verdict) => members[verdict].exists);
  if (!type || more.length > 0) {
    return item.fail(
      'an expectation says one of becomes, notifies, at, never',
      'write { alarm: …, becomes: ALARM, between: [70m, 75m] }, for instance',
    );
  }
  for (const detail of details) {
    const fits = (beside[type] as readonly string[]).includes(detail);
    if (!fits && members[detail].exists) {
      members[detail].fail(`${detail} does not go with ${type}`, 'leave it out');
    }
  }
  const verdict = members[type];
  const within = between.or(undefined, readBetween);
  switch (type) {
    case 'becomes':
      return { ...base, type, state: readState(verdict), between: within };
    case 'never':
      return { ...base, type, state: readState(verdict) };
    case 'at':
      return { ...base, type, at: verdict.duration(), state: readState(state) };
    case 'notifies':
      return {
        ...{ ...base, type, topic: verdict.text(), between: within },
        times: times.or(undefined, readTimes),
        on: on.or('ALARM', readState),
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
  const isCount = Number.isInteger(times) && times >= 0;
  return isCount ? times : value.fail('times must be a whole number from 0', 'write times: 1');
}

function readBetween(value: YamlValue): Between {
  const [from, to, ...more] = value.items().map((item) => item.duration());
  if (from === undefined || to === undefined || more.length > 0 || from > to) {
    return value.fail('between needs two times, the earlier first', 'write [70m, 75m]');
  }
  return [from, to];
}

/** Where a deployed alarm is not what the template says. What only the account knows (ids, ARNs) is taken as it is. */
import type { CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Json } from '../templates.ts';
import type { ExpectedAlarm } from './expected-alarms.ts';

export type DeployedAlarm = MetricAlarm | CompositeAlarm;

/** Said of the topic instead, since the template holds references to it. */
const actions = ['AlarmActions', 'OKActions'];
/** Not part of what DescribeAlarms tells. */
const untold = new Set([...actions, 'Tags', 'ActionsSuppressor']);

/** A line for each difference. */
export function differences(
  { name, properties, topic }: ExpectedAlarm,
  deployed: DeployedAlarm | undefined,
): readonly string[] {
  if (!deployed) return [`${name} is not deployed`];
  const actual = deployed as Readonly<Record<string, Json>>;
  return [
    ...Object.entries(properties)
      .filter(
        ([key, expected]) => !untold.has(key) && !matches(expected, comparable(key, actual[key])),
      )
      .map(
        ([key, expected]) =>
          `${name}: ${key} is ${JSON.stringify(actual[key])}, not ${JSON.stringify(expected)}`,
      ),
    ...actions.flatMap((key) => {
      const arns: readonly string[] = actual[key] ?? [];
      const tells =
        topic === undefined ? arns.length === 0 : arns.some((arn) => arn.endsWith(`:${topic}`));
      return tells
        ? []
        : [`${name}: ${key} are ${arns.join(', ') || 'none'}, not ${topic ?? 'none'}`];
    }),
    ...(deployed.ActionsEnabled === false ? [`${name}: its actions are switched off`] : []),
  ];
}

const comparable = (key: string, value: Json) =>
  key === 'AlarmRule' ? String(value).replace(/arn:[^"]*:alarm:/g, '') : value;

/** An intrinsic function matches anything; lists of named things match in any order. */
function matches(expected: Json, actual: Json): boolean {
  if (typeof expected !== 'object' || expected === null) return expected === actual;
  if (isIntrinsic(expected)) return true;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    const [wanted, found] = [byName(expected), byName(actual)];
    return wanted.every((each, index) => matches(each, found[index]));
  }
  return Object.entries(expected).every(([key, value]) => matches(value, actual?.[key]));
}

const isIntrinsic = (value: Json) =>
  Object.keys(value).length === 1 && /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0] as string);

const byName = (list: readonly Json[]): readonly Json[] => {
  const name = (each: Json) => each?.Name ?? each?.Id ?? '';
  return [...list].sort((a, b) => (name(a) < name(b) ? -1 : 1));
};

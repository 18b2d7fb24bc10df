/** Would CloudWatch take the alarm, and can this program read it? */
import { InvalidAlarmError } from '../../alarms/invalid-alarm-error.ts';
import { NotModelledError } from '../../math/metric-math.ts';
import { DanglingReferenceError, ifKnown, UnresolvedError } from '../../template/intrinsics.ts';
import { eachNotifier, type RuleTable } from '../rule.ts';
import { actionLists, type Subject } from '../subject.ts';
import { text } from '../tell.ts';

/** Types that alarm on something that is not modelled at all. */
const foreignTypes = ['AWS::CloudWatch::LogAlarm', 'AWS::CloudWatch::PromQLAlarm'] as const;

export const acceptanceRules = {
  refused: eachNotifier((alarm) => [
    ...alarm.danglingReferences.map((message) => ({
      message,
      fix: 'refer to what this template has: a Ref never crosses templates, Fn::ImportValue does',
    })),
    ...alarm.obstacles
      .filter((each) => each instanceof InvalidAlarmError)
      .map(({ message, fix }) => ({ message, fix })),
    ...(alarm.calls('SEARCH')
      ? [{ message: 'SEARCH cannot be used in an alarm', fix: 'name each metric' }]
      : []),
  ]),
  'over-limit': eachNotifier((alarm) => {
    const description = text(alarm.get('AlarmDescription')) ?? '';
    const lengths: readonly (readonly [what: string, length: number, most: number])[] = [
      ['characters of AlarmName', alarm.name.length, 255],
      ['characters of AlarmDescription', description.length, 1024],
      ...actionLists.map((list) => [list, alarm.actions(list).length, 5] as const),
      ...alarm.metrics.map(
        ({ title, dimensions }) => [`dimensions of ${title}`, dimensions.length, 30] as const,
      ),
    ];
    return lengths
      .filter(([, length, most]) => length > most)
      .map(([what, length, most]) => ({
        message: `${what}: ${length}, at most ${most}`,
        fix: 'shorten it',
      }));
  }),
  'not-evaluated': (system) => [
    ...eachNotifier(unread)(system),
    ...system.templates.ofType(...foreignTypes).map((at) => ({
      at,
      message: `${at.type} is not modelled`,
      fix: 'check this alarm by hand',
    })),
  ],
} satisfies RuleTable;

/** It is refused, and so no question of what is not known here. */
const isDangling = (error: UnresolvedError): boolean => error instanceof DanglingReferenceError;

/** Why the rules could not look at all of it. */
function unread(alarm: Subject) {
  const { resource, obstacles } = alarm;
  const unresolved = [...actionLists, 'AlarmRule'].flatMap(
    (name) =>
      ifKnown(
        () => void resource.property(name),
        (error) => (isDangling(error) ? [] : `${name}: ${error.reason}`),
      ) ?? [],
  );
  for (const obstacle of obstacles) {
    if (obstacle instanceof UnresolvedError && !isDangling(obstacle)) {
      unresolved.push(obstacle.message);
    }
  }
  return [
    ...obstacles
      .filter((each) => each instanceof NotModelledError && !alarm.calls('SEARCH'))
      .map(({ message }) => ({ message, fix: 'check this alarm by hand' })),
    ...unresolved.map((message) => ({
      message,
      fix: 'give the parameter or the template that tells it',
    })),
  ];
}

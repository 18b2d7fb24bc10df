/** Would CloudWatch take the alarm, and can this program read it? */
import { InvalidAlarmError } from '../../alarms/invalid-alarm-error.ts';
import { readMetricAlarm } from '../../alarms/read-metric-alarm.ts';
import { NotModelledError } from '../../math/metric-math.ts';
import { defaultReadings } from '../../readings.ts';
import { UnresolvedError } from '../../template/intrinsics.ts';
import { type Found, forEachAlarm, forEachNotifier, type LintContext, type Rule } from '../rule.ts';
import { actionLists, type Subject } from '../subject.ts';

/** Source: API reference, PutMetricAlarm and PutCompositeAlarm. */
const limits = { name: 255, description: 1024, actions: 5, dimensions: 30 } as const;

/** Why the evaluator cannot take the alarm. */
function obstacleOf({ resource }: Subject): Error | undefined {
  try {
    readMetricAlarm(resource, defaultReadings);
    return undefined;
  } catch (error) {
    if (
      error instanceof InvalidAlarmError ||
      error instanceof NotModelledError ||
      error instanceof UnresolvedError
    )
      return error;
    throw error;
  }
}

export const acceptanceRules: readonly Rule[] = [
  {
    id: 'refused',
    level: 'error',
    what: 'an alarm that CloudWatch refuses',
    why: 'the stack does not deploy',
    source: 'API reference, PutMetricAlarm; CloudWatch user guide, "Using metric math"',
    find: forEachAlarm(function* (alarm) {
      const obstacle = obstacleOf(alarm);
      if (obstacle instanceof InvalidAlarmError)
        yield { message: obstacle.message, fix: 'change it to what CloudWatch takes' };
      if (alarm.calls('SEARCH'))
        yield { message: 'SEARCH cannot be used in an alarm', fix: 'name each metric' };
    }),
  },
  {
    id: 'over-limit',
    level: 'error',
    what: 'a text, list or name longer than CloudWatch takes',
    why: 'the stack does not deploy',
    source: 'API reference, PutMetricAlarm and PutCompositeAlarm',
    find: forEachNotifier(function* (alarm) {
      const tooLong = (what: string, length: number, most: number): Omit<Found, 'at'>[] =>
        length > most
          ? [{ message: `${what}: ${length}, at most ${most}`, fix: 'shorten it' }]
          : [];
      yield* tooLong('characters of AlarmName', alarm.name.length, limits.name);
      yield* tooLong(
        'characters of AlarmDescription',
        String(alarm.get('AlarmDescription') ?? '').length,
        limits.description,
      );
      for (const list of actionLists)
        yield* tooLong(list, alarm.actions(list).length, limits.actions);
      if (alarm.isComposite) return;
      for (const { id, dimensions } of alarm.metrics)
        yield* tooLong(`dimensions of ${id}`, dimensions.length, limits.dimensions);
    }),
  },
  {
    id: 'not-evaluated',
    level: 'info',
    what: 'an alarm that this program cannot read in full',
    why: 'rules that need the missing part did not look at it',
    source: 'this program',
    find: (context) => [...forEachNotifier(unread)(context), ...foreign(context)],
  },
];

/** Types that alarm on something that is not modelled at all. */
const foreignTypes = ['AWS::CloudWatch::LogAlarm', 'AWS::CloudWatch::PromQLAlarm'] as const;

const foreign = ({ templates }: LintContext): Found[] =>
  templates.ofType(...foreignTypes).map((at) => ({
    at,
    message: `${at.type} is not modelled`,
    fix: 'check this alarm by hand',
  }));

/** Why the rules could not look at all of it. */
function* unread(alarm: Subject): Generator<Omit<Found, 'at'>> {
  const obstacle = alarm.isComposite ? undefined : obstacleOf(alarm);
  if (obstacle instanceof NotModelledError && !alarm.calls('SEARCH')) {
    yield { message: obstacle.message, fix: 'check this alarm by hand' };
  }
  for (const list of actionLists) alarm.actions(list);
  alarm.get('AlarmRule');
  const unknown = [...actionLists, 'AlarmRule'].filter((name) => alarm.unresolved.has(name));
  const reasons = unknown.map((name) => `${name}: ${alarm.unresolved.get(name)}`);
  if (obstacle instanceof UnresolvedError) reasons.push(`${obstacle.place}: ${obstacle.reason}`);
  for (const message of reasons) {
    yield { message, fix: 'give the parameter or the template that tells it' };
  }
}

/** Which alarms a scenario means by a name. */
import type { Alarm } from '../alarms/alarm.ts';
import { InputError } from '../input-error.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Place } from './scenario.ts';

export const everyAlarm = '*';

/**
 * An alarm id means all its members; else AlarmName, logical id, construct path (with or without the last
 * `/Resource`), or `*`.
 * @throws InputError where there is none
 */
export function selectAlarms(
  alarms: Iterable<Alarm>,
  { alarm: name, file, line }: Place & { readonly alarm: string },
): readonly Alarm[] {
  const all = [...alarms];
  const found =
    name === everyAlarm
      ? all.filter(({ kind }) => kind !== 'unmodelled')
      : all.filter((alarm) => namesOf(alarm).includes(name));
  if (found.length > 0) return found;
  throw new InputError(
    file,
    all.length === 0 ? 'the templates have no alarm' : `there is no alarm named ${name}`,
    {
      line,
      fix: didYouMean(name, all.flatMap(namesOf)) ?? 'check the templates that were given',
    },
  );
}

const namesOf = ({ family, name, logicalId, path }: Alarm): readonly string[] => [
  ...new Set([
    ...(family ? [family] : []),
    name,
    logicalId,
    ...(path ? [path, path.replace(/\/Resource$/, '')] : []),
  ]),
];

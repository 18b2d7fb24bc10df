/** What on-call sees: names, descriptions, links. */
import { eachNotifier, type RuleTable } from '../rule.ts';
import { accountOf, unknown } from '../tell.ts';

export const styleRules = {
  'no-description': eachNotifier(
    (alarm) =>
      alarm.actions('AlarmActions').length > 0 &&
      alarm.lacks('AlarmDescription') && {
        message: 'it has no AlarmDescription',
        fix: 'say what it means, and link runbook and dashboard',
      },
  ),
  'no-link': eachNotifier((alarm) => {
    const description = alarm.get('AlarmDescription');
    if (description === undefined || description === unknown) return [];
    if (!alarm.actions('AlarmActions').length || /https?:\/\//.test(String(description))) return [];
    return {
      message: 'its AlarmDescription links nothing',
      fix: 'link the runbook and the dashboard',
    };
  }),
  'duplicate-name': ({ all, templates }) => {
    const named = all.filter((alarm) => typeof alarm.get('AlarmName') === 'string');
    const groups = Map.groupBy(named, ({ name, resource }) => {
      const { region, file } = resource;
      return `${accountOf(resource, templates)} ${region ?? file} ${name}`;
    });
    return [...groups.values()].flatMap(([first, ...others]) =>
      others.map(({ name, resource }) => ({
        at: resource,
        message: `${first?.resource.logicalId} is named '${name}', too`,
        fix: 'rename one of them',
      })),
    );
  },
} satisfies RuleTable;

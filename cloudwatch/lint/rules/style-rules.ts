/** What on-call sees: names, descriptions, links. */
import { type Found, forEachNotifier, type Rule } from '../rule.ts';

export const styleRules: readonly Rule[] = [
  {
    id: 'no-description',
    level: 'info',
    what: 'an alarm that notifies without a description',
    why: 'who is woken by it must know what it means and where to look',
    source: 'AWS Well-Architected, operational excellence: a runbook per alert',
    find: forEachNotifier(function* (alarm) {
      const isHeard = alarm.actions('AlarmActions').length > 0;
      if (isHeard && alarm.lacks('AlarmDescription')) {
        yield {
          message: 'it has no AlarmDescription',
          fix: 'say what it means, and link runbook and dashboard',
        };
      }
    }),
  },
  {
    id: 'no-link',
    level: 'info',
    what: 'a description without a link',
    why: 'the runbook and the dashboard should be one click away',
    source: 'AWS Well-Architected, operational excellence: a runbook per alert',
    find: forEachNotifier(function* (alarm) {
      const description = alarm.get('AlarmDescription');
      if (description === undefined || !alarm.actions('AlarmActions').length) return;
      if (/https?:\/\//.test(String(description))) return;
      yield {
        message: 'its AlarmDescription links nothing',
        fix: 'link the runbook and the dashboard',
      };
    }),
  },
  {
    id: 'duplicate-name',
    level: 'error',
    what: 'two alarms of one name in one region',
    why: 'the second replaces the first, or the stack does not deploy',
    source: 'API reference, PutMetricAlarm, AlarmName: unique within the region',
    find: ({ alarms, composites }) => {
      const seen = new Map<string, string>();
      return [...alarms, ...composites].flatMap((alarm): Found[] => {
        const { resource, name } = alarm;
        if (alarm.get('AlarmName') === undefined || alarm.unresolved.has('AlarmName')) return [];
        const key = `${resource.region ?? resource.file} ${name}`;
        const other = seen.get(key);
        seen.set(key, other ?? resource.logicalId);
        if (other === undefined) return [];
        return [
          { at: resource, message: `${other} is named '${name}', too`, fix: 'rename one of them' },
        ];
      });
    },
  },
];

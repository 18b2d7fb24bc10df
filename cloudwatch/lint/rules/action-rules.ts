/** What an alarm does when it changes its state: the actions themselves. */
import type { TemplateSet } from '../../template/template-set.ts';
import { severityOf, usedAlarms } from '../delivery.ts';
import { referenceOf } from '../reference.ts';
import { forEachNotifier, type Rule } from '../rule.ts';
import { actionLists, type Subject } from '../subject.ts';
import { idOf, tell, unknown } from '../tell.ts';
import { accountOf } from '../topic-access.ts';

/** Services that alarms cannot act on, though they take messages. Source: CloudWatch user guide, "Alarm actions". */
const deafServices = ['sqs', 'states', 'events', 'logs', 'firehose', 'kinesis', 's3', 'dynamodb'];

/** References that yield no ARN, by type. Source: CloudFormation template reference, return values. */
const withoutArn: Readonly<Record<string, readonly string[]>> = {
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['Ref', 'QueueName'],
  'AWS::Lambda::Function': ['Ref'],
};

const hasActions = (alarm: Subject) => actionLists.some((list) => alarm.actions(list).length > 0);

/** The ARNs of all its actions, each once. */
const targetsOf = (alarm: Subject): ReadonlySet<string> =>
  new Set(actionLists.flatMap((list) => alarm.actions(list)).filter((arn) => arn !== undefined));

const sameFile = ({ resources }: TemplateSet, { resource }: Subject, logicalId: string) =>
  resources.find((each) => each.logicalId === logicalId && each.file === resource.file);

export const actionRules: readonly Rule[] = [
  {
    id: 'actions-disabled',
    level: 'error',
    what: 'an alarm with actions that are switched off',
    why: 'the alarm changes its state, and nobody is told',
    source: 'API reference, PutMetricAlarm, ActionsEnabled',
    find: forEachNotifier(function* (alarm, context) {
      if (String(alarm.get('ActionsEnabled') ?? true) !== 'false' || !hasActions(alarm)) return;
      const isUsed = usedAlarms(context).has(alarm);
      yield {
        level: isUsed ? 'info' : 'error',
        message: 'ActionsEnabled is false: none of its actions runs',
        fix: 'remove ActionsEnabled, or the actions',
      };
    }),
  },
  {
    id: 'no-actions',
    level: 'warning',
    what: 'an alarm without an action for ALARM, which no composite or deployment uses either',
    why: 'the alarm changes its state, and nobody is told',
    source: 'CloudWatch user guide, "Alarm actions"',
    find: (context) => {
      const used = usedAlarms(context);
      return [...context.alarms, ...context.composites]
        .filter(
          (alarm) =>
            !alarm.actions('AlarmActions').length &&
            !alarm.unresolved.has('AlarmActions') &&
            !used.has(alarm),
        )
        .map(({ resource }) => ({
          at: resource,
          message:
            'going to ALARM notifies nobody: there are no AlarmActions, and nothing refers to this alarm',
          fix: 'add AlarmActions',
        }));
    },
  },
  {
    id: 'action-target',
    level: 'error',
    what: 'an action that is no ARN, or of a service that alarms cannot act on',
    why: 'CloudWatch refuses the alarm',
    source: 'API reference, PutMetricAlarm, AlarmActions',
    find: forEachNotifier(function* (alarm, { templates }) {
      for (const raw of actionLists.flatMap((list) => alarm.list(list, 'written'))) {
        const reference = referenceOf(raw);
        const target = reference && sameFile(templates, alarm, reference.logicalId);
        const isName = reference && target && withoutArn[target.type]?.includes(reference.by);
        if (isName || (typeof raw === 'string' && !raw.startsWith('arn:'))) {
          yield {
            message: `the action ${reference ? `${reference.by} of ${reference.logicalId}` : `'${raw}'`} is no ARN`,
            fix: "refer to the topic's ARN",
          };
        }
      }
      for (const arn of targetsOf(alarm)) {
        const service = arn.split(':')[2] ?? '';
        if (!deafServices.includes(service)) continue;
        yield {
          level: 'warning',
          message: `alarms cannot act on ${service} (${arn})`,
          fix: 'notify an SNS topic, and subscribe to it',
        };
      }
    }),
  },
  {
    id: 'action-region',
    level: 'error',
    what: 'an action in another region than the alarm',
    why: 'CloudWatch refuses the alarm',
    source:
      'CloudWatch user guide, "Using Amazon CloudWatch alarms": actions are in the region of the alarm',
    find: forEachNotifier(function* (alarm, { templates }) {
      const { region } = alarm.resource;
      for (const arn of targetsOf(alarm)) {
        const [, , service, there] = arn.split(':');
        const target = templates.byPhysicalId(arn);
        // What a template of an unknown place resolves to is a stand-in.
        const isKnown = region && there && (!target || target.region);
        if (!isKnown || service !== 'sns' || there === region) continue;
        yield {
          message: `the topic ${arn.split(':').at(-1)} is in ${there}, the alarm in ${region}`,
          fix: `notify a topic in ${region}`,
        };
      }
    }),
  },
  {
    id: 'action-account',
    level: 'info',
    what: 'an action in another account',
    why: "whether the topic's policy lets CloudWatch of this account publish cannot be seen here",
    source: 'SNS developer guide, "Example cases for Amazon SNS access control"',
    find: forEachNotifier(function* (alarm, { templates }) {
      const account = accountOf(alarm.resource, templates);
      for (const arn of targetsOf(alarm)) {
        const there = arn.split(':')[4];
        if (!account || !there || there === account) continue;
        yield {
          message: `the action is in the account ${there}, the alarm in ${account}`,
          fix: "check the topic's policy",
        };
      }
    }),
  },
  {
    id: 'lambda-permission',
    level: 'warning',
    what: 'a function as action that lets no alarm invoke it',
    why: 'the invocation is refused, silently',
    source: 'CloudWatch user guide, "Alarm actions", invoke a Lambda function from an alarm',
    find: forEachNotifier(function* (alarm, { templates }) {
      for (const arn of targetsOf(alarm)) {
        const target = arn.includes(':lambda:') ? templates.byPhysicalId(arn) : undefined;
        if (!target) continue;
        const permitted = templates
          .ofType('AWS::Lambda::Permission')
          .some(
            (each) =>
              [idOf(target, 'ref'), idOf(target, 'arn'), unknown].includes(
                tell(each, 'FunctionName') as string,
              ) && tell(each, 'Principal') === 'lambda.alarms.cloudwatch.amazonaws.com',
          );
        if (permitted) continue;
        yield {
          message: `${target.logicalId} does not let alarms invoke it`,
          fix: 'add an AWS::Lambda::Permission for lambda.alarms.cloudwatch.amazonaws.com',
        };
      }
    }),
  },
  {
    id: 'page-without-ok',
    level: 'warning',
    what: 'an alarm that pages and never says that it is over',
    why: 'on-call cannot tell an outage that ended from one that goes on',
    source: 'CloudWatch user guide, "Alarm actions"',
    find: forEachNotifier(function* (alarm, { templates }) {
      const pages = alarm.actions('AlarmActions').length && severityOf(alarm, templates) === 'page';
      if (!pages || !alarm.lacks('OKActions')) return;
      yield {
        message: 'it pages on ALARM and has no OKActions',
        fix: 'notify the same topic by OKActions',
      };
    }),
  },
];

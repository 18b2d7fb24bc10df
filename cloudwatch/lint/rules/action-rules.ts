/** What an alarm does when it changes its state: the actions themselves. */
import { ifKnown } from '../../template/intrinsics.ts';
import { referenceOf } from '../reference.ts';
import { eachNotifier, pages, type RuleTable } from '../rule.ts';
import { actionLists } from '../subject.ts';
import { accountOf, tell, text, unknown } from '../tell.ts';

/** Services that alarms cannot act on, though they take messages. Source: CloudWatch user guide, "Alarm actions". */
const deafServices = ['sqs', 'states', 'events', 'logs', 'firehose', 'kinesis', 's3', 'dynamodb'];

/** References that yield no ARN, by type. Source: CloudFormation template reference, return values. */
const withoutArn: ReadonlyMap<string, readonly string[]> = new Map([
  ['AWS::SNS::Topic', ['TopicName']],
  ['AWS::SQS::Queue', ['Ref', 'QueueName']],
  ['AWS::Lambda::Function', ['Ref']],
]);

/** Who invokes a function for an alarm; one that is not known may be it. */
const principals: readonly unknown[] = ['lambda.alarms.cloudwatch.amazonaws.com', unknown];

export const actionRules = {
  'actions-disabled': eachNotifier(
    (alarm, { used }) =>
      String(alarm.get('ActionsEnabled')) === 'false' &&
      actionLists.some((list) => alarm.actions(list).length) && {
        level: used.has(alarm) ? 'info' : 'error',
        message: 'ActionsEnabled is false: none of its actions runs',
        fix: 'remove ActionsEnabled, or the actions',
      },
  ),
  'no-actions': eachNotifier((alarm, { used, composites }) => {
    const isHeard = alarm.actions('AlarmActions').length > 0 || used.has(alarm);
    // Who refers to it cannot be told where its name, or a rule that may name it, is not known.
    const isOpen =
      [alarm.get('AlarmActions'), alarm.get('AlarmName')].includes(unknown) ||
      composites.some((composite) => composite.get('AlarmRule') === unknown);
    if (isHeard || isOpen) return [];
    return {
      message:
        'going to ALARM notifies nobody: there are no AlarmActions, and nothing refers to this alarm',
      fix: 'add AlarmActions',
    };
  }),
  'action-target': eachNotifier((alarm, { resourceOf }) => {
    const names = actionLists
      .flatMap((list) => alarm.list(list))
      .flatMap(({ raw, value }) => {
        const { logicalId = '', by = '' } = referenceOf(raw) ?? {};
        const target = resourceOf(alarm.resource.file, logicalId);
        if (target && withoutArn.get(target.type)?.includes(by)) return `${by} of ${logicalId}`;
        const literal = typeof raw === 'string' ? text(value) : undefined;
        return literal === undefined || literal.startsWith('arn:') ? [] : `'${literal}'`;
      });
    const deaf = [...alarm.targets].filter((arn) => deafServices.includes(arn.split(':')[2] ?? ''));
    return [
      ...names.map((name) => ({
        message: `the action ${name} is no ARN`,
        fix: "refer to the topic's ARN",
      })),
      ...deaf.map((arn) => ({
        level: 'warning' as const,
        message: `alarms cannot act on ${arn.split(':')[2]} (${arn})`,
        fix: 'notify an SNS topic, and subscribe to it',
      })),
    ];
  }),
  'action-region': eachNotifier(({ targets, resource: { region } }, { templates }) =>
    [...targets].flatMap((arn) => {
      const [, , service, there] = arn.split(':');
      const target = templates.byPhysicalId(arn);
      // What a template of an unknown place resolves to is a stand-in.
      const isKnown = region && there && (!target || target.region);
      if (!isKnown || service !== 'sns' || there === region) return [];
      return {
        message: `the topic ${arn.split(':').at(-1)} is in ${there}, the alarm in ${region}`,
        fix: `notify a topic in ${region}`,
      };
    }),
  ),
  'action-account': eachNotifier(({ targets, resource }, { templates }) => {
    const account = accountOf(resource, templates);
    const others = [...targets].map((arn) => arn.split(':')[4]);
    return (
      others
        // What CloudWatch does by itself has another word there: arn:aws:automate:us-east-1:ec2:stop.
        .filter((there) => account && /^\d+$/.test(there ?? '') && there !== account)
        .map((there) => ({
          message: `the action is in the account ${there}, the alarm in ${account}`,
          fix: "check the topic's policy",
        }))
    );
  }),
  'lambda-permission': eachNotifier(({ targets }, { templates }) =>
    [...targets].flatMap((arn) => {
      const target = arn.includes(':lambda:') ? templates.byPhysicalId(arn) : undefined;
      if (!target) return [];
      const ids: readonly unknown[] = [ifKnown(() => target.ref), arn, unknown];
      const isPermitted = templates
        .ofType('AWS::Lambda::Permission')
        .some(
          (each) =>
            ids.includes(tell(each, 'FunctionName')) &&
            principals.includes(tell(each, 'Principal')),
        );
      if (isPermitted) return [];
      return {
        message: `${target.logicalId} does not let alarms invoke it`,
        fix: `add an AWS::Lambda::Permission for ${String(principals[0])}`,
      };
    }),
  ),
  'page-without-ok': eachNotifier(
    (alarm, system) =>
      pages(alarm, system) &&
      alarm.lacks('OKActions') && {
        message: 'it pages on ALARM and has no OKActions',
        fix: 'notify the same topic by OKActions',
      },
  ),
} satisfies RuleTable;

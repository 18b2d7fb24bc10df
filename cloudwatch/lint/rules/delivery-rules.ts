/** Is the alarm heard? From its actions over the topic, its policy and its key to a subscription. */
import { UnresolvedError } from '../../template/intrinsics.ts';
import type { TemplateResource, TemplateSet } from '../../template/open-templates.ts';
import { severityOf, topicsOf, usedAlarms } from '../delivery.ts';
import { type Decision, decide } from '../policy.ts';
import { referenceOf } from '../reference.ts';
import { type Found, forEachNotifier, type LintContext, type Rule } from '../rule.ts';
import { actionLists, type Subject } from '../subject.ts';

const cloudWatch = 'cloudwatch.amazonaws.com';

/** Services that alarms cannot act on, though they take messages. Source: CloudWatch user guide, "Alarm actions". */
const deafServices = ['sqs', 'states', 'events', 'logs', 'firehose', 'kinesis', 's3', 'dynamodb'];

/** References that yield no ARN, by type. Source: CloudFormation template reference, return values. */
const withoutArn: Readonly<Record<string, readonly string[]>> = {
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['Ref', 'QueueName'],
  'AWS::Lambda::Function': ['Ref'],
};

const hasActions = (alarm: Subject) => actionLists.some((list) => alarm.actions(list).length > 0);

/** A property; undefined where it is absent; `unknown` where the templates do not tell. */
const unknown = Symbol('unknown');
function tell(resource: TemplateResource, property: string): unknown {
  try {
    return resource.property(property);
  } catch (error) {
    if (error instanceof UnresolvedError) return unknown;
    throw error;
  }
}

/** The ARNs of all its actions, each once. */
const targetsOf = (alarm: Subject): ReadonlySet<string> =>
  new Set(actionLists.flatMap((list) => alarm.actions(list)).filter((arn) => arn !== undefined));

const sameFile = ({ resources }: TemplateSet, { resource }: Subject, logicalId: string) =>
  resources.find((each) => each.logicalId === logicalId && each.file === resource.file);

const forEachTopic =
  (
    check: (
      topic: TemplateResource,
      alarms: readonly Subject[],
      context: LintContext,
    ) => Iterable<Omit<Found, 'at'>>,
  ): Rule['find'] =>
  (context) =>
    [...topicsOf(context)].flatMap(([topic, alarms]) =>
      [...check(topic, alarms, context)].map((found) => ({ at: topic, ...found })),
    );

const count = (alarms: readonly Subject[]) =>
  `${alarms.length} alarm${alarms.length === 1 ? '' : 's'}`;

/** An account's number where the template's place tells it. */
const accountOf = ({ file }: TemplateResource, { files }: TemplateSet) =>
  files.find((each) => each.file === file)?.account;

/** May CloudWatch do this to the topic or key, for the first of the alarms? */
function decideFor(
  policies: readonly unknown[],
  action: string,
  resource: TemplateResource,
  alarm: Subject,
  { templates }: LintContext,
): Decision {
  if (policies.includes(unknown)) return 'unknown';
  const account = accountOf(resource, templates);
  const own = resource.arn.split(':')[4];
  const conditions = {
    'aws:securetransport': 'true',
    'aws:sourceaccount': own,
    'aws:sourceowner': own,
    'aws:sourcearn': alarm.resource.arn,
  };
  const request = { service: cloudWatch, action, resource: resource.arn, conditions };
  const decision = decide(policies, request);
  if (decision !== 'refused' || account !== undefined) return decision;
  // The template may name the account that it is meant for, and it is not known here: then conditions tell nothing.
  return decide(policies, { ...request, conditions: { 'aws:securetransport': 'true' } });
}

function topicPolicies(topic: TemplateResource, templates: TemplateSet): readonly unknown[] {
  return templates
    .ofType('AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy')
    .flatMap((policy) => {
      const topics = [tell(policy, 'Topics') ?? tell(policy, 'TopicArn')].flat();
      return topics.includes(topic.arn) || topics.includes(topic.ref)
        ? [tell(policy, 'PolicyDocument')]
        : [];
    });
}

/** The key that encrypts the topic: a resource, AWS's own, or one that is not in the templates. */
function keyOf(
  topic: TemplateResource,
  templates: TemplateSet,
): TemplateResource | 'aws' | 'elsewhere' | undefined {
  const id = tell(topic, 'KmsMasterKeyId');
  if (id === undefined) return undefined;
  if (id === unknown) return 'elsewhere';
  if (/(^|:)alias\/aws\/sns$/.test(String(id))) return 'aws';
  const alias = templates
    .ofType('AWS::KMS::Alias')
    .find((each) => each.ref === id || tell(each, 'AliasName') === id);
  const key = templates.byPhysicalId(String(alias ? tell(alias, 'TargetKeyId') : id));
  return key?.type === 'AWS::KMS::Key' ? key : 'elsewhere';
}

const keyActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

export const deliveryRules: readonly Rule[] = [
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
    id: 'topic-policy',
    level: 'error',
    what: 'a topic whose policy does not let CloudWatch publish',
    why: 'a topic policy replaces the default one, so what it does not allow is refused, silently',
    source: 'SNS developer guide, "Example cases for Amazon SNS access control", CloudWatch alarms',
    find: forEachTopic(function* (topic, alarms, context) {
      const policies = topicPolicies(topic, context.templates);
      if (!policies.length) return;
      const decision = decideFor(policies, 'sns:Publish', topic, alarms[0] as Subject, context);
      if (decision === 'allowed') return;
      yield {
        level: decision === 'refused' ? 'error' : 'info',
        message:
          decision === 'refused'
            ? `its policy does not let ${cloudWatch} publish, so ${count(alarms)} cannot be heard`
            : `whether its policy lets ${cloudWatch} publish cannot be told`,
        fix: `allow sns:Publish to the service ${cloudWatch}`,
      };
    }),
  },
  {
    id: 'topic-key',
    level: 'error',
    what: 'an encrypted topic whose key CloudWatch may not use',
    why: 'CloudWatch cannot encrypt the message, and drops the notification silently',
    source:
      'SNS developer guide, "Enable compatibility between event sources and encrypted topics"; aws/aws-cdk#11121',
    find: forEachTopic(function* (topic, alarms, context) {
      const key = keyOf(topic, context.templates);
      const fix = `use a customer key whose policy allows ${cloudWatch} kms:Decrypt and kms:GenerateDataKey*`;
      if (key === 'aws') {
        yield {
          message: `it is encrypted with alias/aws/sns, which ${cloudWatch} may not use: ${count(alarms)} cannot be heard`,
          fix,
        };
      } else if (key === 'elsewhere') {
        yield {
          level: 'info',
          message: `its key is not in the templates: whether ${cloudWatch} may use it cannot be told`,
          fix,
        };
      } else if (key) {
        const policy = [tell(key, 'KeyPolicy')];
        const decisions = keyActions.map((action) =>
          decideFor(policy, action, key, alarms[0] as Subject, context),
        );
        if (decisions.every((each) => each === 'allowed')) return;
        const isRefused = decisions.includes('refused');
        yield {
          level: isRefused ? 'error' : 'info',
          message: isRefused
            ? `the policy of its key ${key.logicalId} does not let ${cloudWatch} use it: ${count(alarms)} cannot be heard`
            : `whether the policy of its key ${key.logicalId} lets ${cloudWatch} use it cannot be told`,
          fix: `allow kms:Decrypt and kms:GenerateDataKey* to the service ${cloudWatch} in the key's policy`,
        };
      }
    }),
  },
  {
    id: 'no-subscription',
    level: 'warning',
    what: 'a topic without a subscription in the templates',
    why: 'what is published reaches nobody, unless somebody subscribed by hand',
    source: 'SNS developer guide, "Creating a subscription to an Amazon SNS topic"',
    find: forEachTopic(function* (topic, alarms, { templates }) {
      const inline = tell(topic, 'Subscription');
      if (inline === unknown || (Array.isArray(inline) && inline.length)) return;
      const subscriptions = templates
        .ofType('AWS::SNS::Subscription')
        .map((each) => tell(each, 'TopicArn'));
      if (subscriptions.some((arn) => arn === topic.arn || arn === unknown)) return;
      yield {
        message: `nobody is subscribed, so ${count(alarms)} cannot be heard`,
        fix: 'add a subscription',
      };
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
              [target.ref, target.arn, unknown].includes(tell(each, 'FunctionName') as string) &&
              tell(each, 'Principal') === 'lambda.alarms.cloudwatch.amazonaws.com',
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

/** From a topic to a human: its policy, its key, its subscriptions. Each topic is judged once, for all alarms that notify it. */
import { ifKnown } from '../../template/intrinsics.ts';
import { isRecord } from '../../template/parse-template.ts';
import type { TemplateResource, TemplateSet } from '../../template/template-set.ts';
import { type Decision, decide } from '../policy.ts';
import { eachTopic, type RuleTable } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { accountOf, tell, unknown } from '../tell.ts';

const cloudWatch = 'cloudwatch.amazonaws.com';

/** What CloudWatch needs of a topic's key. Source: SNS developer guide, "Amazon SNS key management". */
const keyActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Whether the policies let CloudWatch act on the resource for an alarm: what is decided of the worst of the actions. */
function mayAct(
  policies: readonly unknown[],
  actions: readonly string[],
  resource: TemplateResource,
  alarm: Subject,
  templates: TemplateSet,
): Decision {
  // A policy that is not told, or written as a text.
  if (!policies.every((policy) => policy === undefined || isRecord(policy))) return 'unknown';
  const { arn } = resource;
  const [, , , , own] = arn.split(':');
  const secure = { 'aws:securetransport': 'true' };
  const here = {
    ...{ ...secure, 'aws:sourceaccount': own, 'aws:sourceowner': own },
    // CloudFormation makes up the name of an alarm that has none.
    'aws:sourcearn': ifKnown(() =>
      alarm.lacks('AlarmName') ? alarm.resource.arn.replace(/[^:]*$/, '*') : alarm.resource.arn,
    ),
  };
  const decisions = actions.map((action) => {
    const request = { service: cloudWatch, action, resource: arn };
    const decision = decide(policies, { ...request, conditions: here });
    if (decision !== 'refused' || accountOf(resource, templates) !== undefined) return decision;
    // The template may name the account that it is meant for, and it is not known here: then conditions tell nothing.
    return decide(policies, { ...request, conditions: secure });
  });
  return (['refused', 'unknown'] as const).find((each) => decisions.includes(each)) ?? 'allowed';
}

/** What is found where some of the alarms are refused, or may be. */
function refusals(
  decisions: readonly Decision[],
  fix: string,
  say: { readonly refused: (alarms: string) => string; readonly unknown: string },
) {
  const refused = decisions.filter((decision) => decision === 'refused');
  if (refused.length) return { message: say.refused(count(refused)), fix };
  return decisions.includes('unknown') && { level: 'info' as const, message: say.unknown, fix };
}

/** The policies of a topic's own. Where there is none, the default one lets CloudWatch publish. */
const policiesOf = (topic: TemplateResource, templates: TemplateSet) =>
  templates
    .ofType('AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy')
    .filter((policy) =>
      [tell(policy, 'Topics') ?? tell(policy, 'TopicArn')].flat().includes(topic.arn),
    )
    .map((policy) => tell(policy, 'PolicyDocument'));

/** The key that encrypts the topic: a resource, AWS's own, or one that is not in the templates. */
function keyOf(
  topic: TemplateResource,
  templates: TemplateSet,
): TemplateResource | 'aws' | 'elsewhere' | undefined {
  const id = tell(topic, 'KmsMasterKeyId');
  if (id === undefined) return undefined;
  if (/(^|:)alias\/aws\/sns$/.test(String(id))) return 'aws';
  const alias = templates
    .ofType('AWS::KMS::Alias')
    .find((each) => ifKnown(() => each.ref) === id || tell(each, 'AliasName') === id);
  const key = String(alias ? tell(alias, 'TargetKeyId') : id);
  return templates.byPhysicalId(key, 'AWS::KMS::Key') ?? 'elsewhere';
}

const count = ({ length }: readonly unknown[]) => `${length} alarm${length === 1 ? '' : 's'}`;

export const topicRules = {
  'topic-policy': eachTopic(({ topic, alarms }, { templates }) => {
    const policies = policiesOf(topic, templates);
    const decide = (alarm: Subject) => mayAct(policies, ['sns:Publish'], topic, alarm, templates);
    const fix = `allow sns:Publish to the service ${cloudWatch}`;
    return refusals(policies.length ? alarms.map(decide) : [], fix, {
      refused: (these) =>
        `its policy does not let ${cloudWatch} publish, so ${these} cannot be heard`,
      unknown: `whether its policy lets ${cloudWatch} publish cannot be told`,
    });
  }),
  'topic-key': eachTopic(({ topic, alarms }, { templates }) => {
    const key = keyOf(topic, templates);
    if (key === undefined) return [];
    const needed = `kms:Decrypt and kms:GenerateDataKey* to the service ${cloudWatch}`;
    if (typeof key === 'string') {
      const decision = key === 'aws' ? 'refused' : 'unknown';
      const fix = `use a customer key whose policy allows ${needed}`;
      return refusals(
        alarms.map(() => decision),
        fix,
        {
          refused: (these) =>
            `it is encrypted with alias/aws/sns, which ${cloudWatch} may not use: ${these} cannot be heard`,
          unknown: `its key is not in the templates: whether ${cloudWatch} may use it cannot be told`,
        },
      );
    }
    const policy = [tell(key, 'KeyPolicy')];
    const decisions = alarms.map((alarm) => mayAct(policy, keyActions, key, alarm, templates));
    return refusals(decisions, `allow ${needed} in the key's policy`, {
      refused: (these) =>
        `the policy of its key ${key.logicalId} does not let ${cloudWatch} use it: ${these} cannot be heard`,
      unknown: `whether the policy of its key ${key.logicalId} lets ${cloudWatch} use it cannot be told`,
    });
  }),
  'no-subscription': eachTopic(({ topic, alarms }, { templates }) => {
    const inline = tell(topic, 'Subscription');
    const arns = templates.ofType('AWS::SNS::Subscription').map((each) => tell(each, 'TopicArn'));
    const isSubscribed =
      inline === unknown ||
      (Array.isArray(inline) && inline.length > 0) ||
      arns.some((arn) => arn === topic.arn || arn === unknown);
    return (
      !isSubscribed && {
        message: `nobody is subscribed, so ${count(alarms)} cannot be heard`,
        fix: 'add a subscription',
      }
    );
  }),
} satisfies RuleTable;

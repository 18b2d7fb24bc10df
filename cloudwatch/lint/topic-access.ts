/** May CloudWatch publish to a topic, and encrypt with its key? */
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import { type Decision, decide } from './policy.ts';
import type { Subject } from './subject.ts';
import { idOf, tell, unknown } from './tell.ts';

export const cloudWatch = 'cloudwatch.amazonaws.com';

/** An account's number where the template's place tells it. */
export const accountOf = ({ file }: TemplateResource, { files }: TemplateSet) =>
  files.find((each) => each.file === file)?.account;

/** @returns undefined where the topic has no policy of its own: the default one lets CloudWatch publish */
export function mayPublish(
  topic: TemplateResource,
  alarm: Subject,
  templates: TemplateSet,
): Decision | undefined {
  const policies = templates
    .ofType('AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy')
    .filter((policy) => {
      const topics = [tell(policy, 'Topics') ?? tell(policy, 'TopicArn')].flat();
      return topics.includes(topic.arn) || topics.includes(topic.ref);
    })
    .map((policy) => tell(policy, 'PolicyDocument'));
  return policies.length ? decideFor(policies, 'sns:Publish', topic, alarm, templates) : undefined;
}

/** What CloudWatch needs of a topic's key. Source: SNS developer guide, "Amazon SNS key management". */
const keyActions = ['kms:Decrypt', 'kms:GenerateDataKey'];

export function mayEncrypt(
  key: TemplateResource,
  alarm: Subject,
  templates: TemplateSet,
): Decision {
  const policy = [tell(key, 'KeyPolicy')];
  const decisions = keyActions.map((action) => decideFor(policy, action, key, alarm, templates));
  const worst = (['refused', 'unknown'] as const).find((each) => decisions.includes(each));
  return worst ?? 'allowed';
}

function decideFor(
  policies: readonly unknown[],
  action: string,
  resource: TemplateResource,
  alarm: Subject,
  templates: TemplateSet,
): Decision {
  if (policies.includes(unknown)) return 'unknown';
  const own = resource.arn.split(':')[4];
  const request = { service: cloudWatch, action, resource: resource.arn };
  const decision = decide(policies, {
    ...request,
    conditions: {
      'aws:securetransport': 'true',
      'aws:sourceaccount': own,
      'aws:sourceowner': own,
      'aws:sourcearn': idOf(alarm.resource, 'arn'),
    },
  });
  if (decision !== 'refused' || accountOf(resource, templates) !== undefined) return decision;
  // The template may name the account that it is meant for, and it is not known here: then conditions tell nothing.
  return decide(policies, { ...request, conditions: { 'aws:securetransport': 'true' } });
}

/** The key that encrypts the topic: a resource, AWS's own, or one that is not in the templates. */
export function keyOf(
  topic: TemplateResource,
  templates: TemplateSet,
): TemplateResource | 'aws' | 'elsewhere' | undefined {
  const id = tell(topic, 'KmsMasterKeyId');
  if (id === undefined) return undefined;
  if (id === unknown) return 'elsewhere';
  if (/(^|:)alias\/aws\/sns$/.test(String(id))) return 'aws';
  const alias = templates
    .ofType('AWS::KMS::Alias')
    .find((each) => idOf(each, 'ref') === id || tell(each, 'AliasName') === id);
  const key = templates.byPhysicalId(String(alias ? tell(alias, 'TargetKeyId') : id));
  return key?.type === 'AWS::KMS::Key' ? key : 'elsewhere';
}

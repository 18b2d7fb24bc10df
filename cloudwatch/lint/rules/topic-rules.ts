/** From a topic to a human: its policy, its key, its subscriptions. Each topic is judged once, for all alarms that notify it. */
import type { TemplateResource } from '../../template/template-set.ts';
import { topicsOf } from '../delivery.ts';
import type { Found, LintContext, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { tell, unknown } from '../tell.ts';
import { cloudWatch, keyOf, mayEncrypt, mayPublish } from '../topic-access.ts';

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

export const topicRules: readonly Rule[] = [
  {
    id: 'topic-policy',
    level: 'error',
    what: 'a topic whose policy does not let CloudWatch publish',
    why: 'a topic policy replaces the default one, so what it does not allow is refused, silently',
    source: 'SNS developer guide, "Example cases for Amazon SNS access control", CloudWatch alarms',
    find: forEachTopic(function* (topic, alarms, { templates }) {
      const decision = mayPublish(topic, alarms[0] as Subject, templates);
      if (decision === undefined || decision === 'allowed') return;
      const isRefused = decision === 'refused';
      yield {
        level: isRefused ? 'error' : 'info',
        message: isRefused
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
    find: forEachTopic(function* (topic, alarms, { templates }) {
      const key = keyOf(topic, templates);
      const fix = `use a customer key whose policy allows kms:Decrypt and kms:GenerateDataKey* to the service ${cloudWatch}`;
      if (key === 'aws') {
        const message = `it is encrypted with alias/aws/sns, which ${cloudWatch} may not use: ${count(alarms)} cannot be heard`;
        yield { message, fix };
      } else if (key === 'elsewhere') {
        const message = `its key is not in the templates: whether ${cloudWatch} may use it cannot be told`;
        yield { level: 'info', message, fix };
      } else if (key) {
        const decision = mayEncrypt(key, alarms[0] as Subject, templates);
        if (decision === 'allowed') return;
        const isRefused = decision === 'refused';
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
];

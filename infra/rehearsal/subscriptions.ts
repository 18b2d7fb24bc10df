/** Who hears of a topic, and who was asked and has not answered: an e-mail subscription is dead until its link is clicked. */
import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';

export interface TopicSubscriptions {
  readonly topicArn: string;
  readonly confirmed: number;
  /** Endpoints. */
  readonly unconfirmed: readonly string[];
}

export async function subscriptionsOf(
  sns: SNSClient,
  topicArn: string,
): Promise<TopicSubscriptions> {
  const all = [];
  for await (const page of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn: topicArn },
  )) {
    all.push(...(page.Subscriptions ?? []));
  }
  const isPending = ({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:');
  return {
    topicArn,
    confirmed: all.filter((one) => !isPending(one)).length,
    unconfirmed: all.filter(isPending).map(({ Endpoint = 'an unnamed endpoint' }) => Endpoint),
  };
}

/** The deployed alarms of a stage: compared with the template, rehearsed, and traced to the people who should hear of them. */
import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  paginateListSubscriptionsByTopic,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { type DeployedAlarm, differences } from './differences.ts';
import type { ExpectedAlarm } from './expected-alarms.ts';
import { type Pace, type Rehearsal, rehearse } from './rehearse.ts';

export interface LiveClients {
  readonly cloudWatch: CloudWatchClient;
  readonly sns: SNSClient;
}

export interface LiveOptions extends Pace {
  readonly clients: (region: string) => LiveClients;
  /** False compares only: no alarm changes its state, nobody is told. */
  readonly rehearse: boolean;
}

export interface TopicSubscriptions {
  readonly topicArn: string;
  readonly confirmed: number;
  /** Endpoints. */
  readonly unconfirmed: readonly string[];
}

export interface LiveReport {
  readonly rehearsals: readonly Rehearsal[];
  /** Names of alarms that are in ALARM already: they were left alone. */
  readonly alreadyOn: readonly string[];
  readonly topics: readonly TopicSubscriptions[];
  /** What is wrong, a line each. */
  readonly problems: readonly string[];
}

export async function checkLiveAlarms(
  expected: readonly ExpectedAlarm[],
  options: LiveOptions,
): Promise<LiveReport> {
  const byRegion = Map.groupBy(expected, ({ region }) => region);
  const reports = await Promise.all(
    [...byRegion].map(([region, alarms]) => checkRegion(alarms, options.clients(region), options)),
  );
  return {
    rehearsals: reports.flatMap(({ rehearsals }) => rehearsals),
    alreadyOn: reports.flatMap(({ alreadyOn }) => alreadyOn),
    topics: reports.flatMap(({ topics }) => topics),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

async function checkRegion(
  expected: readonly ExpectedAlarm[],
  { cloudWatch, sns }: LiveClients,
  options: LiveOptions,
): Promise<LiveReport> {
  const deployed = await deployedAlarms(cloudWatch, expected);
  const telling = expected.filter(({ name, topic }) => topic !== undefined && deployed.has(name));
  const isOn = ({ name }: ExpectedAlarm) => deployed.get(name)?.StateValue === 'ALARM';
  const names = telling.filter((alarm) => !isOn(alarm)).map(({ name }) => name);
  const arns = new Set(telling.flatMap(({ name }) => deployed.get(name)?.AlarmActions ?? []));
  const topics = await Promise.all([...arns].sort().map((arn) => subscriptionsOf(sns, arn)));
  const rehearsals = options.rehearse ? await rehearse(cloudWatch, names, options) : [];
  const known = new Set(expected.map(({ name }) => name));
  const strangers = [...deployed.keys()].filter((name) => !known.has(name));
  return {
    rehearsals,
    topics,
    alreadyOn: telling.filter(isOn).map(({ name }) => name),
    problems: [
      ...expected.flatMap((alarm) => differences(alarm, deployed.get(alarm.name))),
      ...strangers.map((name) => `${name} is deployed, and no template has it`),
      ...rehearsals.flatMap(undelivered),
      ...topics.flatMap(unheard),
    ],
  };
}

/** Every alarm whose name begins as the expected ones do. */
async function deployedAlarms(client: CloudWatchClient, expected: readonly ExpectedAlarm[]) {
  const [, prefix] = /^(manara-\w+-)/.exec(expected[0]?.name ?? '') ?? [];
  const found = new Map<string, DeployedAlarm>();
  const pages = paginateDescribeAlarms(
    { client },
    { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
  );
  for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages) {
    for (const alarm of [...MetricAlarms, ...CompositeAlarms]) {
      found.set(alarm.AlarmName ?? '', alarm);
    }
  }
  return found;
}

/** Who hears of a topic, and who was asked and has not answered: an e-mail subscription is dead until its link is clicked. */
async function subscriptionsOf(client: SNSClient, topicArn: string): Promise<TopicSubscriptions> {
  const all: Subscription[] = [];
  const pages = paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn });
  for await (const { Subscriptions = [] } of pages) {
    all.push(...Subscriptions);
  }
  const pending = all.filter(({ SubscriptionArn = '' }) => !SubscriptionArn.startsWith('arn:'));
  return {
    topicArn,
    confirmed: all.length - pending.length,
    unconfirmed: pending.map(({ Endpoint = 'an unnamed endpoint' }) => Endpoint),
  };
}

const undelivered = ({ alarm, delivered, failed }: Rehearsal): readonly string[] => [
  ...failed.map((words) => `${alarm}: ${words}`),
  ...(delivered + failed.length < 2
    ? [`${alarm}: ${delivered} of 2 actions (ALARM, OK) were carried out`]
    : []),
];

const unheard = ({ topicArn, confirmed, unconfirmed }: TopicSubscriptions): readonly string[] => [
  ...unconfirmed.map((endpoint) => `${topicArn}: ${endpoint} has not confirmed its subscription`),
  ...(confirmed === 0 ? [`${topicArn}: nobody hears it`] : []),
];

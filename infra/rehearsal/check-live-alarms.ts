/** The deployed alarms of a stage: compared with the template, rehearsed, and traced to the people who should hear of them. */
import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import type { SNSClient } from '@aws-sdk/client-sns';
import { type DeployedAlarm, differences } from './differences.ts';
import type { ExpectedAlarm } from './expected-alarms.ts';
import { type Pace, type Rehearsal, rehearse } from './rehearse.ts';
import { subscriptionsOf, type TopicSubscriptions } from './subscriptions.ts';

export interface LiveClients {
  readonly cloudWatch: CloudWatchClient;
  readonly sns: SNSClient;
}

export interface LiveOptions extends Pace {
  readonly clients: (region: string) => LiveClients;
  /** False compares only: no alarm changes its state, nobody is told. */
  readonly rehearse: boolean;
}

export interface LiveReport {
  readonly alarms: number;
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
  const regions = [...new Set(expected.map(({ region }) => region))];
  const reports = await Promise.all(
    regions.map((region) =>
      checkRegion(
        expected.filter((alarm) => alarm.region === region),
        options.clients(region),
        options,
      ),
    ),
  );
  return {
    alarms: expected.length,
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
): Promise<Omit<LiveReport, 'alarms'>> {
  const deployed = await deployedAlarms(cloudWatch, expected);
  const telling = expected.filter(({ name, topic }) => topic !== undefined && deployed.has(name));
  const isOn = ({ name }: ExpectedAlarm) => deployed.get(name)?.StateValue === 'ALARM';
  const names = telling.filter((alarm) => !isOn(alarm)).map(({ name }) => name);
  const arns = new Set(telling.flatMap(({ name }) => deployed.get(name)?.AlarmActions ?? []));
  const topics = await Promise.all([...arns].sort().map((arn) => subscriptionsOf(sns, arn)));
  const rehearsals = options.rehearse ? await rehearse(cloudWatch, names, options) : [];
  return {
    rehearsals,
    topics,
    alreadyOn: telling.filter(isOn).map(({ name }) => name),
    problems: [
      ...expected.flatMap((alarm) => differences(alarm, deployed.get(alarm.name))),
      ...unexpected(expected, deployed),
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
    for (const alarm of [...MetricAlarms, ...CompositeAlarms])
      found.set(alarm.AlarmName ?? '', alarm);
  }
  return found;
}

const unexpected = (
  expected: readonly ExpectedAlarm[],
  deployed: ReadonlyMap<string, DeployedAlarm>,
) => {
  const names = new Set(expected.map(({ name }) => name));
  return [...deployed.keys()]
    .filter((name) => !names.has(name))
    .map((name) => `${name} is deployed, and no template has it`);
};

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

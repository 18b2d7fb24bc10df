/** CloudWatch and SNS on the loopback interface for tests: the four operations in use, spoken by the real clients. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Json } from '../templates.ts';
import type { LiveClients } from './check-live-alarms.ts';

export interface AwsStub {
  /** DescribeAlarms' shape. */
  readonly alarms: Map<string, Json>;
  /** By topic ARN: endpoint → subscription ARN or `PendingConfirmation`. */
  readonly subscriptions: Map<string, Readonly<Record<string, string>>>;
  /** Topics that CloudWatch may not publish to. */
  readonly refusing: Set<string>;
  /** `<alarm> → <state>`, in order. */
  readonly states: readonly string[];
  readonly clients: LiveClients;
  close(): Promise<void>;
}

/** @param pageSize alarms per page */
export async function startAwsStub(pageSize = 20): Promise<AwsStub> {
  const alarms = new Map<string, Json>();
  const subscriptions = new Map<string, Readonly<Record<string, string>>>();
  const refusing = new Set<string>();
  const states: string[] = [];
  const history: { readonly alarm: string; readonly summary: string }[] = [];

  const operations: Readonly<Record<string, (input: Json) => object>> = {
    DescribeAlarms({ AlarmNamePrefix: prefix, NextToken = '0' }) {
      const named = [...alarms.values()].filter(({ AlarmName }) => AlarmName.startsWith(prefix));
      const from = Number(NextToken);
      const page = named.slice(from, from + pageSize);
      const composites = page.filter(({ AlarmRule }) => AlarmRule);
      return {
        CompositeAlarms: composites,
        MetricAlarms: page.filter((alarm) => !composites.includes(alarm)),
        ...(from + pageSize < named.length && { NextToken: String(from + pageSize) }),
      };
    },
    SetAlarmState({ AlarmName, StateValue }) {
      states.push(`${AlarmName} → ${StateValue}`);
      const alarm = alarms.get(AlarmName);
      const actions: string[] = StateValue === 'ALARM' ? alarm.AlarmActions : alarm.OKActions;
      for (const arn of actions) {
        const outcome = refusing.has(arn) ? 'Failed to execute' : 'Successfully executed';
        history.push({ alarm: AlarmName, summary: `${outcome} action ${arn}` });
      }
      return {};
    },
    DescribeAlarmHistory: ({ AlarmName }) => ({
      AlarmHistoryItems: history
        .filter(({ alarm }) => alarm === AlarmName)
        .map(({ summary }) => ({ AlarmName, HistoryItemType: 'Action', HistorySummary: summary })),
    }),
  };

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
    if (operation) {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(JSON.stringify(operations[operation]?.(JSON.parse(body)) ?? {}));
      return;
    }
    const topic = new URLSearchParams(body).get('TopicArn') ?? '';
    response.setHeader('content-type', 'text/xml');
    response.end(subscriptionsXml(subscriptions.get(topic) ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const options = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'stub', secretAccessKey: 'stub' },
  };
  const clients = { cloudWatch: new CloudWatchClient(options), sns: new SNSClient(options) };
  return {
    ...{ alarms, subscriptions, refusing, states, clients },
    close: async () => {
      clients.cloudWatch.destroy();
      clients.sns.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const subscriptionsXml = (subscriptions: Readonly<Record<string, string>>) =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${Object.entries(
    subscriptions,
  )
    .map(
      ([endpoint, arn]) =>
        `<member><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`,
    )
    .join('')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;

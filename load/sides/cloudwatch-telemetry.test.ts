import { describe, expect, test } from '@jest/globals';
import { cloudWatchTelemetry } from './cloudwatch-telemetry.ts';
import { serviceRecord } from './service-record.ts';

/** Answers each command with the next of the pages. */
function stub(pages: readonly object[]) {
  const inputs: Record<string, unknown>[] = [];
  const send = async (command: { input: Record<string, unknown> }) => {
    inputs.push(command.input);
    return pages[inputs.length - 1] ?? {};
  };
  return { inputs, client: { send } as never };
}

const range = { start: 60_000, end: 180_000 };

describe('cloudWatchTelemetry', () => {
  test('reads all pages of GetMetricData', async () => {
    const metrics = stub([
      { MetricDataResults: [{ Id: 'a', Values: [1, 2] }], NextToken: 'more' },
      { MetricDataResults: [{ Id: 'a', Values: [3] }, { Id: 'b' }] },
    ]);
    const telemetry = cloudWatchTelemetry('prod', {
      metrics: metrics.client,
      logs: stub([]).client,
    });
    const values = await telemetry.metricData([], range);
    expect([...values]).toEqual([
      ['a', [1, 2, 3]],
      ['b', []],
    ]);
    expect(metrics.inputs).toEqual([
      expect.objectContaining({ StartTime: new Date(60_000), EndTime: new Date(180_000) }),
      expect.objectContaining({ NextToken: 'more' }),
    ]);
  });

  test('reads all pages of FilterLogEvents, whose end is included', async () => {
    const logs = stub([
      { events: [{ timestamp: 1, message: 'one' }], nextToken: 'more' },
      { events: [{ timestamp: 2, message: 'two' }] },
    ]);
    const telemetry = cloudWatchTelemetry('prod', { metrics: stub([]).client, logs: logs.client });
    expect(await telemetry.logEvents('/manara/prod/access', range)).toEqual({
      events: [
        { timestamp: 1, message: 'one' },
        { timestamp: 2, message: 'two' },
      ],
      complete: true,
    });
    expect(logs.inputs[0]).toMatchObject({
      logGroupName: '/manara/prod/access',
      startTime: 60_000,
      endTime: 179_999,
    });
    expect(logs.inputs[1]).toMatchObject({ nextToken: 'more' });
  });

  test('asks for the metrics that API Gateway and Lambda publish of the stage', async () => {
    const metrics = stub([]);
    const telemetry = cloudWatchTelemetry('prod', {
      metrics: metrics.client,
      logs: stub([]).client,
    });
    await serviceRecord(telemetry, range, 'load');
    const [input] = metrics.inputs as { MetricDataQueries: { MetricStat: object }[] }[];
    expect(input?.MetricDataQueries).toHaveLength(12);
    expect(input?.MetricDataQueries[0]?.MetricStat).toEqual({
      Metric: {
        Namespace: 'AWS/ApiGateway',
        MetricName: 'Count',
        Dimensions: [
          { Name: 'ApiName', Value: 'manara-prod' },
          { Name: 'Stage', Value: 'prod' },
        ],
      },
      Period: 60,
      Stat: 'Sum',
    });
  });
});

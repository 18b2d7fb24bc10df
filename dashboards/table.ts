/** The table, per operation: a function uses exactly one. */
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { type Board, type BoardNames, graph, half, watched } from './board.ts';

const capacity = (names: BoardNames, metricName: string, label: string) =>
  new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName: names.table },
    statistic: Stats.SUM,
    label,
    period: Duration.minutes(1),
  });

export const table: Board = (alarms, names) => [
  [
    watched('Table throttles', alarms.members('table-throttled'), { width: half }),
    watched('Table system errors', alarms.members('table-system-errors'), { width: half }),
  ],
  [
    watched('Table latency', alarms.members('table-latency'), { width: half }),
    graph(
      'Consumed capacity',
      [
        capacity(names, 'ConsumedReadCapacityUnits', 'read units'),
        capacity(names, 'ConsumedWriteCapacityUnits', 'write units'),
      ],
      { width: half },
    ),
  ],
  [
    graph(
      'Writes refused by their condition (stale versions, replays)',
      [capacity(names, 'ConditionalCheckFailedRequests', 'refused')],
      { width: half },
    ),
  ],
];

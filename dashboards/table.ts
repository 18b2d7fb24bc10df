/** The table, per operation: a function uses exactly one. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type Board, graph, watched } from './board.ts';
import { metric } from './metrics.ts';

export const table: Board = (alarms, { table: TableName }) => {
  const sum = (metricName: string, label: string) =>
    metric('AWS/DynamoDB', metricName, { TableName }, Stats.SUM, { label });
  return [
    [
      watched('Table throttles', alarms.members('table-throttled')),
      watched('Table system errors', alarms.members('table-system-errors')),
    ],
    [
      watched('Table latency', alarms.members('table-latency')),
      graph('Consumed capacity', [
        sum('ConsumedReadCapacityUnits', 'read units'),
        sum('ConsumedWriteCapacityUnits', 'write units'),
      ]),
    ],
    [
      graph('Writes refused by their condition (stale versions, replays)', [
        sum('ConditionalCheckFailedRequests', 'refused'),
      ]),
    ],
  ];
};

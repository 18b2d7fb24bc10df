/** What people do with the service. */
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { type MetricName, metricNamespace, serviceName } from '../services/contract/metrics.ts';
import { type Board, type BoardNames, graph, half } from './board.ts';

const counted = (names: BoardNames, metricName: MetricName, label: string) =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    dimensionsMap: { service: serviceName, stage: names.stage },
    statistic: Stats.SUM,
    label,
    period: Duration.minutes(5),
  });

export const business: Board = (_, names) => [
  [
    graph(
      'Items',
      [
        counted(names, 'ItemCreated', 'created'),
        counted(names, 'ItemUpdated', 'updated'),
        counted(names, 'ItemDeleted', 'deleted'),
      ],
      { width: half },
    ),
    graph('Requests that a handler answered', [counted(names, 'Handled', 'handled')], {
      width: half,
    }),
  ],
  [
    graph('Two people, one item: stale updates', [counted(names, 'VersionConflict', 'conflicts')], {
      width: half,
    }),
    graph(
      'Retries that an Idempotency-Key made harmless',
      [counted(names, 'IdempotentReplay', 'replays')],
      {
        width: half,
      },
    ),
  ],
];

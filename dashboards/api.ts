/** The gateway: who is refused, turned away or kept waiting, and by whom. */
import { LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { type Board, full, graph, watched, watchedIfAny } from './board.ts';
import { latencies, traffic } from './metrics.ts';

export const api: Board = (alarms, names) => [
  [graph('Traffic', traffic(names)), watched('Client errors', alarms.members('api-client-errors'))],
  [
    graph('Latency seen by callers', latencies(names)),
    graph('Latency of the functions behind', latencies(names, 'IntegrationLatency')),
  ],
  [
    watched('Throttled', alarms.members('api-throttled')),
    ...watchedIfAny('Certificates: days left', alarms.members('certificate-expiry')),
  ],
  [
    new LogQueryWidget({
      title: 'Who answered what',
      logGroupNames: [names.accessLog],
      queryLines: [
        'stats count(*) as requests by routeKey, status, responseType',
        'sort requests desc',
        'limit 20',
      ],
      view: LogQueryVisualizationType.TABLE,
      width: full,
      height: 8,
    }),
  ],
];

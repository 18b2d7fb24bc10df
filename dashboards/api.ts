/** The gateway: who is refused, turned away or kept waiting, and by whom. */
import { LogQueryVisualizationType, LogQueryWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { latencies, traffic } from './api-metrics.ts';
import { type Board, full, graph, half, watched } from './board.ts';

export const api: Board = (alarms, names) => [
  [
    graph('Traffic', traffic(names), { width: half }),
    watched('Client errors', alarms.members('api-client-errors'), { width: half }),
  ],
  [
    graph('Latency seen by callers', latencies(names), { width: half }),
    graph('Latency of the functions behind', latencies(names, 'IntegrationLatency'), {
      width: half,
    }),
  ],
  [
    watched('Throttled', alarms.members('api-throttled'), { width: half }),
    ...(alarms.members('certificate-expiry').length > 0
      ? [
          watched('Certificates: days left', alarms.members('certificate-expiry'), {
            width: half,
          }),
        ]
      : []),
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

/** The site's edge and the API from outside: metrics that exist in us-east-1 only, so the board lives there. */
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmStrip, type Board, graph, watched, watchedIfAny } from './board.ts';
import { metric } from './metrics.ts';

/** @param DistributionId of the site */
export const edge =
  (DistributionId: string): Board =>
  (alarms) => [
    [alarmStrip(alarms, 3)],
    [
      watched('Edge errors', alarms.members('edge-errors')),
      graph('Requests to the site', [
        metric('AWS/CloudFront', 'Requests', { DistributionId, Region: 'Global' }, Stats.SUM),
      ]),
    ],
    [
      ...watchedIfAny('API reachable from outside', alarms.members('api-unreachable')),
      ...watchedIfAny('Certificates: days left', alarms.members('certificate-expiry')),
    ],
  ];

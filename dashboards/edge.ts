/** The site's edge and the API from outside: metrics that exist in us-east-1 only, so the board lives there. */
import { type Alarm, AlarmStatusWidget, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { type Board, full, graph, half, watched } from './board.ts';

/** @param distributionId of the site */
export const edge =
  (distributionId: string): Board =>
  (alarms) => [
    [
      new AlarmStatusWidget({
        title: 'Alarms that tell somebody',
        alarms: [...alarms.notifying],
        width: full,
        height: 3,
      }),
    ],
    [
      watched('Edge errors', alarms.members('edge-errors'), { width: half }),
      graph('Requests to the site', [ofSite(distributionId, 'Requests', Stats.SUM)], {
        width: half,
      }),
    ],
    [
      ...onlyWhere(alarms.members('api-unreachable'), 'API reachable from outside'),
      ...onlyWhere(alarms.members('certificate-expiry'), 'Certificates: days left'),
    ],
  ];

const onlyWhere = (alarms: readonly Alarm[], title: string) =>
  alarms.length > 0 ? [watched(title, alarms, { width: half })] : [];

const ofSite = (distributionId: string, metricName: string, statistic: string) =>
  new Metric({
    namespace: 'AWS/CloudFront',
    metricName,
    dimensionsMap: { DistributionId: distributionId, Region: 'Global' },
    statistic,
    period: Duration.minutes(1),
  });

/**
 * Counts the 429s in the access log: API Gateway has no metric of its own for them. A lower bound, since a flood may be
 * turned away before it is logged ("Set up logging for REST APIs").
 */

import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricNamespace } from '../../services/contract/metrics.ts';

export class ThrottledRequests extends MetricFilter {
  constructor(scope: Construct, id: string, accessLog: ILogGroup) {
    super(scope, id, {
      logGroup: accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace,
      metricName: 'Throttled',
      metricValue: '1',
      unit: Unit.COUNT,
      // The stage that the line names: several stages may share an account.
      dimensions: { stage: '$.stage' },
    });
  }
}

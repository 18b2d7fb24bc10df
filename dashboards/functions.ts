/** One function is one route: errors, faults, duration against the time-out, cold starts, concurrency. */
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { metricNamespace, serviceName } from '../services/contract/metrics.ts';
import { type FunctionName, routeKey, routes } from '../services/contract/routes.ts';
import {
  type Board,
  type BoardNames,
  full,
  graph,
  half,
  heading,
  third,
  watched,
} from './board.ts';

const perRoute = (names: BoardNames, metricName: string, statistic: string): IMetric[] =>
  (Object.keys(routes) as FunctionName[]).map(
    (name) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: names.functionName(name) },
        statistic,
        label: routeKey(routes[name]),
        period: Duration.minutes(1),
      }),
  );

/** A canary's versions come and go, so they are searched for ("Lambda metrics", dimensions of an alias with two versions). */
const releases = (names: BoardNames, metricName: string): IMetric =>
  new MathExpression({
    expression: `SEARCH('{AWS/Lambda,ExecutedVersion,FunctionName,Resource} MetricName="${metricName}" FunctionName="${names.prefix}-"', 'Sum', 60)`,
    usingMetrics: {},
    label: `${metricName} by version`,
    period: Duration.minutes(1),
  });

export const functions: Board = (alarms, names) => [
  [
    watched('Function errors', alarms.members('function-errors')),
    watched('Faults', alarms.members('function-faults')),
    watched('Function throttles', alarms.members('function-throttles')),
  ],
  [
    watched('Slowest invocation', alarms.members('function-near-timeout'), { width: half }),
    graph('Duration, p99', perRoute(names, 'Duration', Stats.p(99)), { width: half }),
  ],
  [
    graph('Invocations', perRoute(names, 'Invocations', Stats.SUM)),
    graph('Cold starts', [
      new Metric({
        namespace: metricNamespace,
        metricName: 'ColdStart',
        dimensionsMap: { service: serviceName, stage: names.stage },
        statistic: Stats.SUM,
        period: Duration.minutes(1),
      }),
    ]),
    watched('Concurrency of the account', alarms.members('function-concurrency'), { width: third }),
  ],
  [heading('## Can we still see?')],
  [
    watched('Log volume', alarms.members('log-volume'), { width: half }),
    watched('Telemetry', alarms.members('telemetry-broken'), { width: half }),
  ],
  [graph('Releases', [releases(names, 'Errors')], { width: full })],
];

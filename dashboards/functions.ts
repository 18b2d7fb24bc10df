/** One function is one route: errors, faults, duration against the time-out, cold starts, concurrency. */
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type FunctionName, routeKey, routes } from '../services/contract/routes.ts';
import { type Board, type BoardNames, full, graph, heading, third, watched } from './board.ts';
import { counted, math, metric } from './metrics.ts';

const perRoute = (names: BoardNames, metricName: string, statistic: string): IMetric[] =>
  (Object.keys(routes) as FunctionName[]).map((name) => {
    const dimensions = { FunctionName: names.functionName(name) };
    return metric('AWS/Lambda', metricName, dimensions, statistic, {
      label: routeKey(routes[name]),
    });
  });

/** A canary's versions come and go, so they are searched for ("Lambda metrics", dimensions of an alias with two versions). */
const releases = (names: BoardNames, metricName: string): IMetric =>
  math(
    `SEARCH('{AWS/Lambda,ExecutedVersion,FunctionName,Resource} MetricName="${metricName}" FunctionName="${names.prefix}-"', 'Sum', 60)`,
    {},
    60,
    `${metricName} by version`,
  );

export const functions: Board = (alarms, names) => [
  [
    watched('Function errors', alarms.members('function-errors'), { width: third }),
    watched('Faults', alarms.members('function-faults'), { width: third }),
    watched('Function throttles', alarms.members('function-throttles'), { width: third }),
  ],
  [
    watched('Slowest invocation', alarms.members('function-near-timeout')),
    graph('Duration, p99', perRoute(names, 'Duration', Stats.p(99))),
  ],
  [
    graph('Invocations', perRoute(names, 'Invocations', Stats.SUM), { width: third }),
    graph('Cold starts', [counted(names, 'ColdStart')], { width: third }),
    watched('Concurrency of the account', alarms.members('function-concurrency'), { width: third }),
  ],
  [heading('## Can we still see?')],
  [
    watched('Log volume', alarms.members('log-volume')),
    watched('Telemetry', alarms.members('telemetry-broken')),
  ],
  [graph('Releases', [releases(names, 'Errors')], { width: full })],
];

/**
 * Which widgets of a stage's boards the running system fills: every metric that they draw must have been published, every
 * log query must find lines. What a laptop cannot publish is named here, with the reason.
 */
import { runQuery } from '../../cloudwatch/insights/run-query.ts';
import type { MetricIdentity } from '../../cloudwatch/metrics/metric.ts';
import type { RunningSystem } from '../system/running-system.ts';
import { type Widget, widgetsOf } from './boards.ts';
import { capturedLogs } from './captured-logs.ts';

/** By namespace, or by namespace and name. */
const notHere: Readonly<Record<string, string>> = {
  'AWS/CloudFront': 'there is no CloudFront on a laptop',
  'AWS/Logs EMFParsingErrors': 'the functions write documents that can be parsed',
  'AWS/Logs EMFValidationErrors': 'the functions write documents that are valid',
  'Manara Throttled': 'hundreds of requests a second would be needed',
};

const reasonOf = ({ namespace, name }: MetricIdentity): string | undefined =>
  notHere[namespace] ?? notHere[`${namespace} ${name}`];

export interface DrawnBoard {
  readonly board: string;
  readonly widgets: number;
  /** Titles of widgets of which nothing can be published here, and why. */
  readonly unsupported: readonly string[];
  /** What was drawn and never published: `title: metric`. */
  readonly empty: readonly string[];
}

interface Listed {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** @param since when the traffic began, ms since the epoch */
export async function drawnBoards(
  system: RunningSystem,
  since: number,
): Promise<readonly DrawnBoard[]> {
  const { Metrics } = await system.control<{ Metrics: readonly Listed[] }>('/api/metrics');
  const published = new Set(
    Metrics.map(({ Namespace, MetricName, Dimensions }) =>
      keyOf(
        Namespace,
        MetricName,
        Dimensions.map(({ Name, Value }) => [Name, Value] as const),
      ),
    ),
  );
  const access = await capturedLogs(system, ['access'], since);
  const widgets = widgetsOf(system.runtime.model);
  return [...new Set(widgets.map(({ board }) => board))].map((board) => {
    const own = widgets.filter((each) => each.board === board);
    return {
      board,
      widgets: own.length,
      unsupported: own.flatMap((widget) => unsupported(widget) ?? []),
      empty: own.flatMap((widget) => [
        ...widget.metrics
          .filter((metric) => !reasonOf(metric))
          .map(({ namespace, name, dimensions }) =>
            keyOf(namespace, name, Object.entries(dimensions)),
          )
          .filter((key) => !published.has(key))
          .map((key) => `${widget.title}: ${key}`),
        ...searched(widget, Metrics),
        ...(widget.query && rowsOf(widget.query, access) === 0 ? [`${widget.title}: no rows`] : []),
      ]),
    };
  });
}

const keyOf = (
  namespace: string,
  name: string,
  dimensions: readonly (readonly [string, string])[],
): string => [namespace, name, ...dimensions.map((pair) => pair.join('=')).sort()].join(' ');

function unsupported({ title, metrics }: Widget): string | undefined {
  const reasons = metrics.map(reasonOf);
  return metrics.length > 0 && reasons.every(Boolean) ? `${title}: ${reasons[0]}` : undefined;
}

/** `SEARCH('{namespace,dimension,…} MetricName="x"', …)`: some metric must have these dimensions. */
function searched({ title, expressions }: Widget, metrics: readonly Listed[]): readonly string[] {
  return expressions.flatMap((expression) => {
    const [, schema = '', name] = /SEARCH\('\{([^}]+)\} MetricName="(\w+)"/.exec(expression) ?? [];
    if (!name) return [];
    const [namespace, ...dimensions] = schema.split(',');
    const found = metrics.some(
      ({ Namespace, MetricName, Dimensions }) =>
        Namespace === namespace &&
        MetricName === name &&
        Dimensions.length === dimensions.length &&
        Dimensions.every(({ Name }) => dimensions.includes(Name)),
    );
    return found ? [] : [`${title}: ${expression}`];
  });
}

const rowsOf = (query: string, events: Awaited<ReturnType<typeof capturedLogs>>): number =>
  runQuery(query.replace(/^(?:SOURCE '[^']+'\s*\|\s*)+/, ''), events).rows.length;

/** The dashboards of a stage, read from the template: each widget with the metrics and logs that it draws. */
import type { MetricIdentity } from '../../cloudwatch/metrics/metric.ts';
import type { Stage } from '../template/resource.ts';

export interface Widget {
  readonly board: string;
  /** `metric`, `text`, `alarm`, `log` … */
  readonly type: string;
  readonly title: string;
  readonly metrics: readonly MetricIdentity[];
  /** Metric math and SEARCH. */
  readonly expressions: readonly string[];
  /** Of a log widget. */
  readonly query: string | undefined;
}

type Render = { readonly expression?: string };
type Row = readonly [...(string | Render)[]];

interface Body {
  readonly widgets: readonly {
    readonly type: string;
    readonly properties: {
      readonly title?: string;
      readonly markdown?: string;
      readonly metrics?: readonly Row[];
      readonly query?: string;
    };
  }[];
}

/** `manara-prod-overview` → its widgets, in order. */
export const widgetsOf = (stage: Stage): readonly Widget[] =>
  stage.ofType('AWS::CloudWatch::Dashboard').flatMap(({ properties }) => {
    const { widgets } = JSON.parse(properties['DashboardBody']) as Body;
    const board = String(properties['DashboardName']).replace(`manara-${stage.name}-`, '');
    return widgets.map(({ type, properties: { title, markdown, metrics = [], query } }) => ({
      board,
      type,
      title: title ?? markdown?.split('\n')[0] ?? '',
      metrics: metrics.flatMap(metricOf),
      expressions: metrics.flatMap((row) =>
        row.flatMap((cell) =>
          typeof cell === 'object' && cell.expression ? [cell.expression] : [],
        ),
      ),
      query,
    }));
  });

/** `[namespace, name, dimension, value, …, rendering]`; a row without a namespace is an expression. */
function metricOf(row: Row): readonly MetricIdentity[] {
  const [namespace, name, ...rest] = row.filter((cell) => typeof cell === 'string');
  if (namespace === undefined || name === undefined) return [];
  const dimensions = Object.fromEntries(
    rest.flatMap((cell, index) => (index % 2 === 0 ? [[cell, rest[index + 1] ?? '']] : [])),
  );
  return [{ namespace, name, dimensions }];
}

/** Reads one query of GetMetricData (CloudWatch API reference, "MetricDataQuery", "MetricStat"). */
import type { Datapoint, MetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import { StatisticError } from '../../cloudwatch/metrics/statistics.ts';
import { BadRequestError } from '../http/loopback-server.ts';
import {
  arrayIn,
  booleanIn,
  fail,
  type Json,
  numberIn,
  objectIn,
  optional,
  textIn,
} from './read-parameters.ts';

/** ms since the epoch; `start` included, `end` excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** One MetricDataQuery, with its datapoints where it is of a metric. */
export interface Query {
  readonly id: string;
  readonly label: string;
  readonly returned: boolean;
  /** Seconds; of an expression only where it is given. */
  readonly period: number | undefined;
  /** Undefined where it is of a metric. */
  readonly expression: string | undefined;
  readonly datapoints: readonly Datapoint[];
}

/** @throws BadRequestError */
export function readQuery(store: MetricStore, query: Json, range: Range): Query {
  const id = textIn(query, 'Id');
  if (!/^[a-z]\w{0,254}$/.test(id)) {
    fail(`Id ${id} must start with a small letter and have only letters, digits and _`);
  }
  const expression = optional(query, 'Expression', textIn);
  if ((expression === undefined) === (query['MetricStat'] === undefined)) {
    fail(`${id} needs either MetricStat or Expression`);
  }
  const { name, period, datapoints } =
    expression === undefined
      ? readMetric(store, id, objectIn(query['MetricStat'], `MetricStat of ${id}`), range)
      : { name: id, period: optional(query, 'Period', periodIn), datapoints: [] };
  return {
    id,
    label: optional(query, 'Label', textIn) ?? name,
    returned: optional(query, 'ReturnData', booleanIn) ?? true,
    period,
    expression,
    datapoints,
  };
}

function readMetric(store: MetricStore, id: string, stat: Json, range: Range) {
  const metric = objectIn(stat['Metric'], `Metric of ${id}`);
  const name = textIn(metric, 'MetricName');
  const dimensions = Object.fromEntries(
    (optional(metric, 'Dimensions', arrayIn) ?? []).map((each) => {
      const dimension = objectIn(each, 'A dimension');
      return [textIn(dimension, 'Name'), textIn(dimension, 'Value')];
    }),
  );
  const period = periodIn(stat, 'Period');
  const unit = optional(stat, 'Unit', textIn);
  const query = { statistic: textIn(stat, 'Stat'), ...range, period, ...(unit && { unit }) };
  try {
    const identity = { namespace: textIn(metric, 'Namespace'), name, dimensions };
    return { name, period, datapoints: store.datapoints(identity, query) };
  } catch (error) {
    throw error instanceof StatisticError ? new BadRequestError(`${id}: ${error.message}`) : error;
  }
}

function periodIn(json: Json, name: string): number {
  const period = numberIn(json, name);
  const allowed = [1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0);
  return allowed ? period : fail(`Period ${period} must be 1, 5, 10, 20, 30 or a multiple of 60`);
}

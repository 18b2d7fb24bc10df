/** GetMetricData on the local metric store (CloudWatch API reference, "GetMetricData" and "MetricDataQuery"). */
import type { Datapoint, MetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import { StatisticError } from '../../cloudwatch/metrics/statistics.ts';
import { BadRequestError } from '../http/loopback-server.ts';
import { expressionSeries } from './expression-series.ts';
import {
  arrayIn,
  fail,
  type Json,
  numberIn,
  objectIn,
  optional,
  textIn,
  timeIn,
} from './read-json.ts';

interface MetricDataResult {
  readonly Id: string;
  readonly Label: string;
  readonly Timestamps: readonly string[];
  readonly Values: readonly number[];
  readonly StatusCode: 'Complete' | 'PartialData';
}

export interface MetricData {
  readonly MetricDataResults: readonly MetricDataResult[];
  /** Where datapoints are left; given back in the next request. */
  readonly NextToken?: string;
  readonly Messages: readonly [];
}

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
  readonly period?: number;
  readonly expression?: string;
  readonly datapoints: readonly Datapoint[];
}

const maxQueries = 500;
const maxDatapoints = 100_800;
const threeHours = 3 * 3_600_000;

/**
 * Answers a request as the API takes it. StartTime and EndTime (ISO 8601, or epoch seconds) may be left out: the last
 * three hours.
 * @throws BadRequestError
 */
export function getMetricData(store: MetricStore, body: unknown, now: number): MetricData {
  const request = objectIn(body, 'The request');
  const end = optional(request, 'EndTime', timeIn) ?? now + 1;
  const start = optional(request, 'StartTime', timeIn) ?? end - threeHours;
  if (start >= end) throw new BadRequestError('StartTime must be before EndTime');
  const queries = arrayIn(request, 'MetricDataQueries').map((query) =>
    readQuery(store, objectIn(query, 'A MetricDataQuery'), { start, end }),
  );
  if (queries.length === 0 || queries.length > maxQueries) {
    throw new BadRequestError(`MetricDataQueries takes 1 to ${maxQueries} queries`);
  }
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) throw new BadRequestError(`The Id ${twice} stands twice`);
  const results = queries
    .filter(({ returned }) => returned)
    .flatMap((query) =>
      query.expression === undefined
        ? [query]
        : expressionSeries(query, queries, { start, end }).map((datapoints) => ({
            ...query,
            datapoints,
          })),
    );
  return page(results, request);
}

function readQuery(store: MetricStore, query: Json, range: Range): Query {
  const id = textIn(query, 'Id');
  if (!/^[a-z]\w{0,254}$/.test(id)) {
    fail(`Id ${id} must start with a small letter and have only letters, digits and _`);
  }
  const expression = optional(query, 'Expression', textIn);
  const returned = query['ReturnData'] !== false;
  const label = optional(query, 'Label', textIn);
  if ((expression === undefined) === (query['MetricStat'] === undefined)) {
    fail(`${id} needs either MetricStat or Expression`);
  }
  if (expression !== undefined) {
    const period = optional(query, 'Period', periodIn);
    return {
      id,
      label: label ?? id,
      returned,
      expression,
      datapoints: [],
      ...(period && { period }),
    };
  }
  const stat = objectIn(query['MetricStat'], `MetricStat of ${id}`);
  const metric = objectIn(stat['Metric'], `Metric of ${id}`);
  const name = textIn(metric, 'MetricName');
  const period = periodIn(stat, 'Period');
  const unit = optional(stat, 'Unit', textIn);
  const dimensions = Object.fromEntries(
    (optional(metric, 'Dimensions', arrayIn) ?? []).map((each) => {
      const dimension = objectIn(each, 'A dimension');
      return [textIn(dimension, 'Name'), textIn(dimension, 'Value')];
    }),
  );
  try {
    const datapoints = store.datapoints(
      { namespace: textIn(metric, 'Namespace'), name, dimensions },
      { statistic: textIn(stat, 'Stat'), ...range, period, ...(unit && { unit }) },
    );
    return { id, label: label ?? name, returned, period, datapoints };
  } catch (error) {
    if (error instanceof StatisticError) throw new BadRequestError(`${id}: ${error.message}`);
    throw error;
  }
}

function periodIn(json: Json, name: string): number {
  const period = numberIn(json, name);
  const allowed = [1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0);
  return allowed ? period : fail(`Period ${period} must be 1, 5, 10, 20, 30 or a multiple of 60`);
}

/** Newest first unless ScanBy says otherwise; at most MaxDatapoints of all results together. */
function page(results: readonly Query[], request: Json): MetricData {
  const scanBy = optional(request, 'ScanBy', textIn) ?? 'TimestampDescending';
  if (!['TimestampDescending', 'TimestampAscending'].includes(scanBy)) {
    fail('ScanBy must be TimestampDescending or TimestampAscending');
  }
  const most = optional(request, 'MaxDatapoints', numberIn) ?? maxDatapoints;
  const served = Number(optional(request, 'NextToken', textIn) ?? 0);
  if (!(most >= 1 && most <= maxDatapoints)) fail(`MaxDatapoints must be 1 to ${maxDatapoints}`);
  if (!Number.isInteger(served) || served < 0) fail('NextToken is not one of an earlier answer');
  let skip = served;
  let room = most;
  let left = 0;
  const shown = results.map(({ id, label, datapoints }): MetricDataResult => {
    const all = scanBy === 'TimestampAscending' ? datapoints : datapoints.toReversed();
    const taken = all.slice(skip, skip + room);
    const rest = Math.max(0, all.length - skip - taken.length);
    skip = Math.max(0, skip - all.length);
    room -= taken.length;
    left += rest;
    return {
      Id: id,
      Label: label,
      Timestamps: taken.map(({ timestamp }) => new Date(timestamp).toISOString()),
      Values: taken.map(({ value }) => value),
      StatusCode: rest > 0 ? 'PartialData' : 'Complete',
    };
  });
  return {
    MetricDataResults: shown,
    ...(left > 0 && { NextToken: String(served + most) }),
    Messages: [],
  };
}

/** GetMetricData on the local metric store (CloudWatch API reference, "GetMetricData" and "MetricDataQuery"). */
import type { MetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import { expressionSeries } from './expression-series.ts';
import { type Query, readQuery } from './metric-data-query.ts';
import {
  arrayIn,
  fail,
  type Json,
  numberIn,
  objectIn,
  optional,
  textIn,
  timeIn,
} from './read-parameters.ts';

const maxQueries = 500;
const maxDatapoints = 100_800;
const threeHours = 3 * 3_600_000;

/**
 * Answers a request as the API takes it. StartTime and EndTime (ISO 8601, or epoch seconds) may be left out: the last
 * three hours.
 * @throws BadRequestError
 */
export function getMetricData(store: MetricStore, body: unknown, now: number) {
  const request = objectIn(body, 'The request');
  const end = optional(request, 'EndTime', timeIn) ?? now + 1;
  const start = optional(request, 'StartTime', timeIn) ?? end - threeHours;
  if (start >= end) fail('StartTime must be before EndTime');
  const queries = arrayIn(request, 'MetricDataQueries').map((query) =>
    readQuery(store, objectIn(query, 'A MetricDataQuery'), { start, end }),
  );
  if (queries.length === 0 || queries.length > maxQueries) {
    fail(`MetricDataQueries takes 1 to ${maxQueries} queries`);
  }
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) fail(`The Id ${twice} stands twice`);
  const results = queries
    .filter(({ returned }) => returned)
    .flatMap((query) => {
      if (query.expression === undefined) return [query];
      const series = expressionSeries(query, queries, { start, end });
      return series.map((datapoints) => ({ ...query, datapoints }));
    });
  return page(results, request);
}

/**
 * Newest first unless ScanBy says otherwise; at most MaxDatapoints of all results together. Where some are left, NextToken goes
 * into the next request.
 */
function page(results: readonly Query[], request: Json) {
  const scanBy = optional(request, 'ScanBy', textIn) ?? 'TimestampDescending';
  if (!['TimestampDescending', 'TimestampAscending'].includes(scanBy)) {
    fail('ScanBy must be TimestampDescending or TimestampAscending');
  }
  const most = optional(request, 'MaxDatapoints', numberIn) ?? maxDatapoints;
  const served = Number(optional(request, 'NextToken', textIn) ?? 0);
  if (!Number.isInteger(most) || most < 1 || most > maxDatapoints) {
    fail(`MaxDatapoints must be 1 to ${maxDatapoints}`);
  }
  if (!Number.isInteger(served) || served < 0) fail('NextToken is not one of an earlier answer');
  let skip = served;
  let room = most;
  let left = 0;
  const shown = results.map(({ id, label, datapoints }) => {
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
    NextToken: left > 0 ? String(served + most) : undefined,
    Messages: [],
  };
}

/** The values that metric math computes with. A missing datapoint is NaN, in a series and as a scalar. */
import type { Readings } from '../readings.ts';

export type TimeSeries = Float64Array;
/** A number is S, a Float64Array TS, an array of those TS[]; a string is a word or a quoted text. */
export type Value = number | TimeSeries | readonly TimeSeries[] | string;

export const valueTypes = ['S', 'TS', 'TS[]', 'word'] as const;
export type ValueType = (typeof valueTypes)[number];

/** The datapoints that an expression is evaluated over, oldest first. */
export interface MathWindow {
  readonly length: number;
  /** Start of the first datapoint, ms since the epoch, and ms from one to the next. */
  readonly first: number;
  readonly stride: number;
  /** Seconds. */
  readonly period: number;
  /** Metrics by id, in the alarm's order. */
  readonly metrics: ReadonlyMap<string, TimeSeries>;
  /** The anomaly band that the scenario supplies. */
  readonly band?: { readonly lower: TimeSeries; readonly upper: TimeSeries };
  readonly readings: Readings;
}

export const missing = Number.NaN;
export const isMissing = Number.isNaN;

/** Applies `f` to each datapoint there is; what is not finite (a division by zero, log of 0) is dropped. */
export const mapValue = (value: Value, f: (value: number) => number): Value => {
  if (typeof value === 'number') return finite(f(value));
  if (value instanceof Float64Array) return value.map((each) => finite(f(each)));
  return (value as readonly TimeSeries[]).map((series) => series.map((each) => finite(f(each))));
};

/** Applies `f` to the series, or to each series of an array. */
export const mapSeries = (value: Value, f: (series: TimeSeries) => TimeSeries): Value =>
  value instanceof Float64Array ? f(value) : (value as readonly TimeSeries[]).map(f);

export const finite = (value: number) => (Number.isFinite(value) ? value : missing);

/** A new series, datapoint by datapoint. */
export const makeSeries = (length: number, f: (index: number) => number): TimeSeries => {
  const series = new Float64Array(length);
  for (let index = 0; index < length; index++) series[index] = f(index);
  return series;
};

/** A scenario as written, checked and resolved: what is published, and what the alarms must make of it. */
import type { State } from '../alarms/alarm.ts';
import type { MetricIdentity } from '../metrics/metric.ts';
import type { Run } from './values.ts';

export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface ScenarioSeries extends Place {
  readonly metric: MetricIdentity;
  readonly unit?: string | undefined;
  /** Seconds between datapoints. */
  readonly every: number;
  readonly values: readonly Run[];
  /** Seconds until a datapoint can be read. */
  readonly delay: number;
}

/** An anomaly band, as CloudWatch would have learned it. */
export interface ScenarioBand extends Place {
  readonly alarm: string;
  readonly every: number;
  readonly lower: readonly Run[];
  readonly upper: readonly Run[];
}

/** Seconds from the start, both ends included. */
export type Between = readonly [from: number, to: number];

export type Expectation = Place & ExpectationBody;

export type ExpectationBody = {
  /** An alarm id, AlarmName, logical id, construct path or `*` for all. */
  readonly alarm: string;
} & (
  | { readonly type: 'becomes'; readonly state: State; readonly between: Between | undefined }
  | { readonly type: 'at'; readonly at: number; readonly state: State }
  | { readonly type: 'never'; readonly state: State }
  | {
      readonly type: 'notifies';
      /** A topic's severity or name; `none` for no notification at all. */
      readonly topic: string;
      /** How often; undefined for at least once. */
      readonly times: number | undefined;
      readonly between: Between | undefined;
      /** The state that is announced. */
      readonly on: State;
    }
);

export interface Scenario extends Place {
  readonly name: string;
  /** ms since the epoch. */
  readonly start: number;
  /** Seconds from the start: the last datapoint or expectation, in whole minutes. */
  readonly length: number;
  readonly series: readonly ScenarioSeries[];
  readonly bands: readonly ScenarioBand[];
  readonly expect: readonly Expectation[];
}

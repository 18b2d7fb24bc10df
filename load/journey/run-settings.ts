/** What the runner tells the k6 script, as JSON in one environment variable. */
import type { ProfileName } from '../profiles/profiles.ts';

export const settingsVariable = 'LOAD_RUN';

export interface LoadClient {
  readonly id: string;
  readonly secret: string;
}

export interface RunSettings {
  /** Marks everything that the run sends and makes. */
  readonly runId: string;
  readonly profile: ProfileName;
  readonly rate: number;
  readonly seconds: number;
  readonly apiUrl: string;
  readonly signInUrl: string;
  readonly clients: readonly LoadClient[];
  /** Where the numbers go when the run is over. */
  readonly summaryFile: string;
}

/** What the script says to the runner, one JSON line each on k6's console. */
export type Message =
  | ({ readonly event: 'failure' } & Failure)
  | { readonly event: 'refused'; readonly reason: string }
  | { readonly event: 'cleaned'; readonly deleted: number; readonly left: boolean };

export interface Failure {
  readonly route: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly what: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly sampled: boolean;
}

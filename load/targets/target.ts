/** What a load test is pointed at. */
import type { LoadClient } from '../journey/run-settings.ts';
import type { Telemetry } from '../sides/telemetry.ts';

export interface Target {
  /** For people: `local (dev)`. */
  readonly name: string;
  readonly apiUrl: string;
  readonly signInUrl: string;
  readonly clients: readonly LoadClient[];
  /** A run costs money there. */
  readonly costs: boolean;
  /** What the service says about itself; a bare URL says nothing. */
  readonly telemetry?: Telemetry;
  /** Stops what was started for the run. */
  close(): Promise<void>;
}

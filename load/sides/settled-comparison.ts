/** Compares until both sides agree, or until nothing more can be on its way. */
import { type ComparedRow, compareSides, type LoadRecord } from './compare-sides.ts';
import { type ServiceRecord, serviceRecord } from './service-record.ts';
import type { Telemetry, TimeRange } from './telemetry.ts';

export interface Comparison {
  readonly rows: readonly ComparedRow[];
  readonly service: ServiceRecord;
}

export async function settledComparison(
  telemetry: Telemetry,
  load: LoadRecord,
  range: TimeRange,
  userAgent: string,
  signal?: AbortSignal,
): Promise<Comparison> {
  const { attempts, everyMs } = telemetry.settling;
  for (let attempt = 1; ; attempt += 1) {
    const service = await serviceRecord(telemetry, range, userAgent);
    const rows = compareSides(load, service);
    if (attempt >= attempts || signal?.aborted || rows.every(({ agree }) => agree)) {
      return { rows, service };
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** Stage method settings: which entry holds for a method. AWS: Create a stage, "Stage-level and method-level settings". */
import type { Properties } from '../template/resource.ts';
import type { MethodSettings } from './api-model.ts';

/** What AWS fills in where an entry sets no limit (recorded in LocalStack's stage snapshots): the account's quota. */
const unlimited = { rate: 10_000, burst: 5_000 };

/**
 * The exact entry wins whole over the star: nothing is merged. `resourcePath` is `/items/{id}`; entries write `/~1items~1{id}`,
 * and `/` for the root, `/*` for all.
 */
export function settingsOf(
  entries: readonly Properties[] = [],
  resourcePath: string,
  httpMethod: string,
): MethodSettings {
  const candidates = [
    [resourcePath, httpMethod],
    [resourcePath, '*'],
    ['/*', '*'],
  ];
  const [entry = {}] = candidates.flatMap(([path, method]) =>
    entries.filter((e) => pathOf(e.ResourcePath) === path && e.HttpMethod === method),
  );
  return {
    rate: entry.ThrottlingRateLimit ?? unlimited.rate,
    burst: entry.ThrottlingBurstLimit ?? unlimited.burst,
    loggingLevel: entry.LoggingLevel ?? 'OFF',
    dataTrace: entry.DataTraceEnabled === true,
    detailedMetrics: entry.MetricsEnabled === true,
  };
}

const pathOf = (written = '/*') => `/${written.replaceAll('~1', '/').replace(/^\/+/, '')}`;

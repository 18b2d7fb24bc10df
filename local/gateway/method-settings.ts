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
  const fits = (entry: Properties, path: string, method: string) =>
    pathOf(entry.ResourcePath) === path && entry.HttpMethod === method;
  const entry =
    entries.find((e) => fits(e, resourcePath, httpMethod)) ??
    entries.find((e) => fits(e, resourcePath, '*')) ??
    entries.find((e) => fits(e, '/*', '*')) ??
    {};
  return {
    rate: entry.ThrottlingRateLimit ?? unlimited.rate,
    burst: entry.ThrottlingBurstLimit ?? unlimited.burst,
    loggingLevel: entry.LoggingLevel ?? 'OFF',
    dataTrace: entry.DataTraceEnabled === true,
    detailedMetrics: entry.MetricsEnabled === true,
  };
}

function pathOf(written = '/*'): string {
  if (written === '/*' || written === '*') return '/*';
  const path = written.replace(/^\//, '').replaceAll('~1', '/');
  return path.startsWith('/') ? path : `/${path}`;
}

/**
 * Every alarm family and what it does to people. One runbook, one proof and one dashboard anchor per id; a family's members
 * share the id and differ by qualifier (window, function, operation).
 */
export const alarms = {
  'api-availability-burn': 'page',
  'api-availability-erosion': 'ticket',
  'api-latency-burn': 'page',
  'api-latency-erosion': 'ticket',
  'api-unreachable': 'page',
  'api-no-traffic': 'page',
  'api-client-errors': 'ticket',
  'api-throttled': 'ticket',
  'function-errors': 'ticket',
  'function-faults': 'ticket',
  'function-throttles': 'ticket',
  'function-near-timeout': 'ticket',
  'function-concurrency': 'ticket',
  'table-throttled': 'ticket',
  'table-system-errors': 'ticket',
  'table-latency': 'ticket',
  'log-volume': 'ticket',
  'telemetry-broken': 'ticket',
  'edge-errors': 'page',
  'certificate-expiry': 'ticket',
  /** Drives the rollback of a canary and tells nobody. */
  'deployment-rollback': 'none',
} as const;

export type AlarmId = keyof typeof alarms;

export type AlarmSeverity = (typeof alarms)[AlarmId];

export const alarmName = (stage: string, id: AlarmId, qualifier?: string): string =>
  `manara-${stage}-${id}${qualifier === undefined ? '' : `--${qualifier}`}`;

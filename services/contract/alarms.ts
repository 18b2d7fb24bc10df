export type AlarmSeverity = 'page' | 'ticket' | 'none';

export const boards = ['overview', 'api', 'functions', 'table', 'business', 'edge'] as const;

interface Alarm {
  readonly severity: AlarmSeverity;
  /** The widget that draws what the family watches: where its description links to. */
  readonly board: (typeof boards)[number];
  readonly widget: string;
}

/**
 * Every alarm family and what it does to people. One runbook, one proof and one dashboard anchor per id; a family's members
 * share the id and differ by qualifier (window, function, operation).
 */
export const alarms = {
  'api-availability-burn': { severity: 'page', board: 'overview', widget: 'Availability burn' },
  'api-availability-erosion': {
    severity: 'ticket',
    board: 'overview',
    widget: 'Availability erosion',
  },
  'api-latency-burn': { severity: 'page', board: 'overview', widget: 'Latency burn' },
  'api-latency-erosion': { severity: 'ticket', board: 'overview', widget: 'Latency erosion' },
  'api-unreachable': { severity: 'page', board: 'edge', widget: 'API reachable from outside' },
  'api-no-traffic': {
    severity: 'page',
    board: 'overview',
    widget: 'Requests, health check included',
  },
  'api-client-errors': { severity: 'ticket', board: 'api', widget: 'Client errors' },
  'api-throttled': { severity: 'ticket', board: 'api', widget: 'Throttled' },
  'function-errors': { severity: 'ticket', board: 'functions', widget: 'Function errors' },
  'function-faults': { severity: 'ticket', board: 'functions', widget: 'Faults' },
  'function-throttles': { severity: 'ticket', board: 'functions', widget: 'Function throttles' },
  'function-near-timeout': { severity: 'ticket', board: 'functions', widget: 'Slowest invocation' },
  'function-concurrency': {
    severity: 'ticket',
    board: 'functions',
    widget: 'Concurrency of the account',
  },
  'table-throttled': { severity: 'ticket', board: 'table', widget: 'Table throttles' },
  'table-system-errors': { severity: 'ticket', board: 'table', widget: 'Table system errors' },
  'table-latency': { severity: 'ticket', board: 'table', widget: 'Table latency' },
  'log-volume': { severity: 'ticket', board: 'functions', widget: 'Log volume' },
  'telemetry-broken': { severity: 'ticket', board: 'functions', widget: 'Telemetry' },
  'edge-errors': { severity: 'page', board: 'edge', widget: 'Edge errors' },
  'certificate-expiry': { severity: 'ticket', board: 'api', widget: 'Certificates: days left' },
  /** Drives the rollback of a canary and tells nobody. */
  'deployment-rollback': { severity: 'none', board: 'functions', widget: 'Releases' },
} as const satisfies Record<string, Alarm>;

export type AlarmId = keyof typeof alarms;

export const alarmName = (stage: string, id: AlarmId, qualifier?: string): string =>
  `manara-${stage}-${id}${qualifier === undefined ? '' : `--${qualifier}`}`;

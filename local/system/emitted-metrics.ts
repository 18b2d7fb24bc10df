/**
 * Everything that the runtime publishes in AWS's namespaces, put together from the lists of its parts, and why the rest of
 * what AWS publishes there cannot come from it.
 */
import { dynamoDbMetrics } from '../dynamodb/metrics.ts';
import { apiGatewayMetrics } from '../gateway/vended-metrics.ts';
import { lambdaMetrics } from '../lambda/function-metrics.ts';
import { logsMetrics } from '../telemetry/telemetry.ts';

export interface EmittedMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly unit: string;
  readonly dimensionSets: readonly (readonly string[])[];
}

const rows = (namespace: string, list: Readonly<Record<string, object>>) =>
  Object.entries(list).map(([metric, row]) => ({ namespace, metric, ...row }) as EmittedMetric);

export const emittedMetrics: readonly EmittedMetric[] = [
  ...rows('AWS/ApiGateway', apiGatewayMetrics),
  ...rows('AWS/Lambda', lambdaMetrics),
  ...dynamoDbMetrics,
  ...rows('AWS/Logs', logsMetrics),
];

/** A dimension that only something has which does not run here. */
export const absentDimensions: Readonly<Record<string, string>> = {
  ApiId: 'HTTP and WebSocket APIs',
  Class: 'usage of the account’s quotas',
  DelegatedOperation: 'Kinesis Data Streams for DynamoDB',
  DestinationRegion: 'centralization of logs',
  DestinationType: 'subscription filters',
  ErrorType: 'centralization of logs',
  EventSourceMappingUUID: 'event source mappings',
  LogAnomalyDetector: 'anomaly detectors',
  OperationType: 'vector indexes',
  PolicyLevel: 'policies of the account for logs',
  ReceivingRegion: 'global tables',
  Source: 'global tables',
  SourceAccount: 'centralization of logs',
  StreamLabel: 'DynamoDB Streams',
  VectorIndexName: 'vector indexes',
  Verb: 'PartiQL',
};

/** Metrics of features that the runtime refuses at start or that no synchronous API has. */
export const absentMetrics: Readonly<Record<string, readonly string[]>> = {
  'a cache of the stage (refused)': ['CacheHitCount', 'CacheMissCount'],
  'provisioned concurrency (refused)': [
    'ProvisionedConcurrencyInvocations',
    'ProvisionedConcurrencySpilloverInvocations',
    'ProvisionedConcurrentExecutions',
    'ProvisionedConcurrencyUtilization',
  ],
  'asynchronous invocations': [
    'AsyncEventsReceived',
    'AsyncEventAge',
    'AsyncEventsDropped',
    'DeadLetterErrors',
    'DestinationDeliveryFailures',
    'RecursiveInvocationsDropped',
  ],
  'event sources': ['OversizedRecordCount', 'IteratorAge', 'OffsetLag'],
  'function URLs': ['UrlRequestCount', 'Url4xxCount', 'Url5xxCount', 'UrlRequestLatency'],
  'extensions and code signing': ['PostRuntimeExtensionsDuration', 'SignatureValidationErrors'],
  'capacity that is set: it is not enforced here': [
    'ProvisionedReadCapacityUnits',
    'ProvisionedWriteCapacityUnits',
    'OnDemandMaxReadRequestUnits',
    'OnDemandMaxWriteRequestUnits',
  ],
  'limits of the account': [
    'ReadAccountLimitThrottleEvents',
    'WriteAccountLimitThrottleEvents',
    'AccountMaxReads',
    'AccountMaxWrites',
    'AccountMaxTableLevelReads',
    'AccountMaxTableLevelWrites',
    'AccountProvisionedReadCapacityUtilization',
    'AccountProvisionedWriteCapacityUtilization',
    'MaxProvisionedTableReadCapacityUtilization',
    'MaxProvisionedTableWriteCapacityUtilization',
  ],
  'Fault Injection Service': ['FaultInjectionServiceInducedErrors'],
  'transactions (the embedded engine has none)': ['TransactionConflict'],
  'an index that is being added': [
    'OnlineIndexConsumedWriteCapacity',
    'OnlineIndexThrottleEvents',
    'OnlineIndexPercentageProgress',
  ],
  'features of log groups that the template does not use': [
    'EMFDisabledErrors',
    'LogEventsWithFindings',
    'TransformationErrors',
    'TransformedLogEvents',
    'TransformedBytes',
  ],
};

/**
 * What AWS/DynamoDB publishes about the calls. Source: Amazon DynamoDB Developer Guide, "DynamoDB Metrics and dimensions".
 * Errors exist only when they happen; consumed capacity is published as 0 in idle minutes.
 */
import { createRequire } from 'node:module';
import type { MetricSink } from '../../cloudwatch/metrics/metric.ts';
import { type Access, dataPlane } from './accesses.ts';
import { type Answer, errorName, type Json } from './aws-error.ts';
import type { TableModel } from './tables.ts';

const { capacityUnits } = createRequire(import.meta.url)('dynalite/db') as {
  capacityUnits(item: Json | undefined, isRead: boolean, isConsistent: boolean): number;
};

const namespace = 'AWS/DynamoDB';
const perTable = [['TableName']] as const;
const perIndex = [['TableName'], ['TableName', 'GlobalSecondaryIndexName']] as const;
const perOperation = [['TableName', 'Operation']] as const;

const published = {
  ConditionalCheckFailedRequests: { unit: 'Count', dimensionSets: perTable },
  ConsumedReadCapacityUnits: { unit: 'Count', dimensionSets: perIndex },
  ConsumedWriteCapacityUnits: { unit: 'Count', dimensionSets: perIndex },
  ReadKeyRangeThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  ReadMaxOnDemandThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  ReadProvisionedThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  ReadThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  ReturnedItemCount: { unit: 'Count', dimensionSets: perOperation },
  SuccessfulRequestLatency: { unit: 'Milliseconds', dimensionSets: perOperation },
  SystemErrors: { unit: 'Count', dimensionSets: perOperation },
  ThrottledRequests: { unit: 'Count', dimensionSets: perOperation },
  TimeToLiveDeletedItemCount: { unit: 'Count', dimensionSets: perTable },
  /** Per account and region: no dimensions. */
  UserErrors: { unit: 'Count', dimensionSets: [[]] },
  WriteKeyRangeThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  WriteMaxOnDemandThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  WriteProvisionedThroughputThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
  WriteThrottleEvents: { unit: 'Count', dimensionSets: perIndex },
} as const satisfies Record<string, PublishedMetric>;

interface PublishedMetric {
  readonly unit: string;
  readonly dimensionSets: readonly (readonly string[])[];
}

type Name = keyof typeof published;

/** Every metric that can come out of here, in the catalogue's shape. */
export const dynamoDbMetrics: readonly (PublishedMetric & {
  readonly namespace: string;
  readonly metric: string;
})[] = Object.entries(published).map(([metric, row]) => ({ namespace, metric, ...row }));

export interface CallRecord {
  readonly operation: string;
  readonly accesses: readonly Access[];
  /** As the engine gave it: with the capacity of table and indexes, and the item of a failed condition. */
  readonly answer: Answer;
  readonly elapsedMs: number;
}

export interface DynamoDbMetrics {
  record(call: CallRecord): void;
  expired(table: string, items: number): void;
  /** Once a minute of the observability clock: zeros for tables and indexes that consumed nothing in it. */
  minute(): void;
}

const throttles = ['ThrottlingException', 'ProvisionedThroughputExceededException'];

export function createDynamoDbMetrics(
  sink: MetricSink,
  tables: ReadonlyMap<string, TableModel>,
  now: () => number,
): DynamoDbMetrics {
  const busy = new Set<string>();
  const put = (name: Name, dimensions: Readonly<Record<string, string>>, value: number) =>
    sink.put(
      { namespace, name, dimensions },
      { timestamp: now(), value, unit: published[name].unit },
    );

  const consume = (kind: 'Read' | 'Write', table: string, units: number, index?: string) => {
    busy.add(`${kind} ${table} ${index}`);
    put(`Consumed${kind}CapacityUnits`, dimensionsOf(table, index), units);
  };

  const succeed = ({ operation, accesses, answer, elapsedMs }: CallRecord) => {
    for (const { TableName } of distinctTables(accesses)) {
      // Two decimals: the store keeps one entry for each value that it has seen.
      const latency = Math.round(elapsedMs * 100) / 100;
      put('SuccessfulRequestLatency', { TableName, Operation: operation }, latency);
      if (operation !== 'Query' && operation !== 'Scan') continue;
      put('ReturnedItemCount', { TableName, Operation: operation }, answer.body['Count']);
    }
    const kind = dataPlane[operation];
    if (!kind) return;
    for (const capacity of [answer.body['ConsumedCapacity'] ?? []].flat()) {
      consume(kind, capacity.TableName, tableUnits(capacity));
      for (const [index, units] of Object.entries<Json>(capacity.GlobalSecondaryIndexes ?? {})) {
        consume(kind, capacity.TableName, units['CapacityUnits'], index);
      }
    }
  };

  const throttle = ({ operation, accesses }: CallRecord) => {
    const kind = dataPlane[operation] ?? 'Read';
    for (const { table = '', index } of accesses) {
      const reason = tables.get(table)?.throttledBy ?? 'KeyRangeThroughput';
      put(`${kind}ThrottleEvents`, dimensionsOf(table, index), 1);
      put(`${kind}${reason}ThrottleEvents`, dimensionsOf(table, index), 1);
    }
    for (const { TableName } of distinctTables(accesses)) {
      put('ThrottledRequests', { TableName, Operation: operation }, 1);
    }
  };

  return {
    record(call) {
      const error = errorName(call.answer);
      const [first] = distinctTables(call.accesses);
      if (!error) succeed(call);
      else if (throttles.includes(error)) throttle(call);
      else if (call.answer.status >= 500) {
        for (const { TableName } of distinctTables(call.accesses)) {
          put('SystemErrors', { TableName, Operation: call.operation }, 1);
        }
      } else if (error === 'ConditionalCheckFailedException' && first) {
        put('ConditionalCheckFailedRequests', first, 1);
        consume('Write', first.TableName, capacityUnits(call.answer.body['Item'], false, true));
      } else put('UserErrors', {}, 1);
    },
    expired: (table, items) => put('TimeToLiveDeletedItemCount', { TableName: table }, items),
    minute() {
      for (const { name, indexes } of tables.values()) {
        for (const index of [undefined, ...indexes]) {
          for (const kind of ['Read', 'Write'] as const) {
            if (!busy.has(`${kind} ${name} ${index}`)) consume(kind, name, 0, index);
          }
        }
      }
      busy.clear();
    },
  };
}

const dimensionsOf = (TableName: string, index?: string): Readonly<Record<string, string>> =>
  index === undefined ? { TableName } : { TableName, GlobalSecondaryIndexName: index };

const distinctTables = (accesses: readonly Access[]) =>
  [...new Set(accesses.flatMap(({ table }) => table ?? []))].map((TableName) => ({ TableName }));

/** Local indexes draw on the table's capacity. */
function tableUnits({ Table, CapacityUnits, LocalSecondaryIndexes = {} }: Json): number {
  const local = Object.values<Json>(LocalSecondaryIndexes);
  return local.reduce(
    (sum, index) => sum + index['CapacityUnits'],
    Table?.CapacityUnits ?? CapacityUnits,
  );
}

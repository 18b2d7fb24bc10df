/**
 * What AWS/DynamoDB publishes about the calls. Source: Amazon DynamoDB Developer Guide, "DynamoDB Metrics and dimensions".
 * Errors exist only when they happen; consumed capacity is published as 0 in idle minutes.
 */
import { createRequire } from 'node:module';
import type { MetricIdentity, MetricSink } from '../../cloudwatch/metrics/metric.ts';
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

export type DynamoDbMetrics = ReturnType<typeof createDynamoDbMetrics>;

const throttles = ['ThrottlingException', 'ProvisionedThroughputExceededException'];

export function createDynamoDbMetrics(
  sink: MetricSink,
  tables: ReadonlyMap<string, TableModel>,
  now: () => number,
) {
  const busy = new Set<string>();
  const identities = new Map<string, MetricIdentity>();
  /** One object for one metric, by which the store finds it faster. `dimension` is the value of the second one. */
  const identityOf = (name: Name, table?: string, dimension?: string): MetricIdentity => {
    const key = `${name} ${table} ${dimension}`;
    const known = identities.get(key);
    if (known) return known;
    const values = [table, dimension].filter((value) => value !== undefined);
    const names =
      published[name].dimensionSets.find(({ length }) => length === values.length) ?? [];
    const dimensions = Object.fromEntries(names.map((each, at) => [each, `${values[at]}`]));
    const identity = { namespace, name, dimensions };
    identities.set(key, identity);
    return identity;
  };
  const put = (value: number, name: Name, table?: string, dimension?: string) =>
    sink.put(identityOf(name, table, dimension), {
      timestamp: now(),
      value,
      unit: published[name].unit,
    });

  const consume = (kind: 'Read' | 'Write', table: string, units: number, index?: string) => {
    busy.add(`${kind} ${table} ${index}`);
    put(units, `Consumed${kind}CapacityUnits`, table, index);
  };

  const succeed = (kind: 'Read' | 'Write', call: CallRecord) => {
    const { operation, accesses, answer, elapsedMs } = call;
    for (const table of tablesOf(accesses)) {
      // Two decimals: the store keeps one entry for each value that it has seen.
      const latency = Math.round(elapsedMs * 100) / 100;
      put(latency, 'SuccessfulRequestLatency', table, operation);
      if (operation !== 'Query' && operation !== 'Scan') continue;
      put(answer.body['Count'], 'ReturnedItemCount', table, operation);
    }
    for (const capacity of [answer.body['ConsumedCapacity'] ?? []].flat()) {
      consume(kind, capacity.TableName, tableUnits(capacity));
      for (const [index, units] of Object.entries<Json>(capacity.GlobalSecondaryIndexes ?? {})) {
        consume(kind, capacity.TableName, units['CapacityUnits'], index);
      }
    }
  };

  const throttle = (kind: 'Read' | 'Write', { operation, accesses }: CallRecord) => {
    for (const { table = '', index } of accesses) {
      const reason = tables.get(table)?.throttledBy ?? 'KeyRangeThroughput';
      put(1, `${kind}ThrottleEvents`, table, index);
      put(1, `${kind}${reason}ThrottleEvents`, table, index);
    }
    for (const table of tablesOf(accesses)) put(1, 'ThrottledRequests', table, operation);
  };

  return {
    record(call: CallRecord): void {
      const { operation, accesses, answer } = call;
      const error = errorName(answer);
      const kind = dataPlane[operation];
      // The dimension Operation has the operations on items only.
      if (!kind) {
        if (error && answer.status < 500) put(1, 'UserErrors');
      } else if (!error) succeed(kind, call);
      else if (throttles.includes(error)) throttle(kind, call);
      else if (answer.status >= 500) {
        for (const table of tablesOf(accesses)) put(1, 'SystemErrors', table, operation);
      } else if (error === 'ConditionalCheckFailedException') {
        const table = accesses[0]?.table ?? '';
        put(1, 'ConditionalCheckFailedRequests', table);
        consume('Write', table, capacityUnits(answer.body['Item'], false, true));
      } else put(1, 'UserErrors');
    },
    expired: (table: string, items: number) => put(items, 'TimeToLiveDeletedItemCount', table),
    /** Once a minute of the observability clock: zeros for tables and indexes that consumed nothing in it. */
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

const tablesOf = (accesses: readonly Access[]): ReadonlySet<string> =>
  new Set(accesses.flatMap(({ table }) => table ?? []));

/** Local indexes draw on the table's capacity. */
function tableUnits({ Table, CapacityUnits, LocalSecondaryIndexes = {} }: Json): number {
  const local = Object.values<Json>(LocalSecondaryIndexes);
  return local.reduce(
    (sum, index) => sum + index['CapacityUnits'],
    Table?.CapacityUnits ?? CapacityUnits,
  );
}

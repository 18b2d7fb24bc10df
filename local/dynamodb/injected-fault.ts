/**
 * What a fault does to one call of a function, in the words that DynamoDB has for it.
 * Source: Amazon DynamoDB Developer Guide, "Diagnosing throttling" and "Error handling with DynamoDB".
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../faults/faults.ts';
import type { Access } from './accesses.ts';
import { AwsError, internalServerError } from './aws-error.ts';
import type { TableModel } from './tables.ts';

const defaultDelayMs = 1000;

/** Waits, or throws the error to answer, as the faults that hit this call say. */
export async function injectFaults(
  faults: Faults,
  functionName: string,
  kind: 'Read' | 'Write',
  access: Access,
  table: TableModel,
): Promise<void> {
  const slow = faults.hit('table-latency', functionName);
  if (slow) await delay(slow.delayMs ?? defaultDelayMs);
  if (faults.hit('table-throttling', functionName)) throw throttled(kind, access, table);
  if (faults.hit('table-errors', functionName)) throw internalServerError();
}

const throttling = {
  ProvisionedThroughput: {
    name: 'ProvisionedThroughputExceededException',
    reasons: 'ThrottlingReasons',
    message:
      'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  },
  KeyRangeThroughput: {
    name: 'ThrottlingException',
    reasons: 'throttlingReasons',
    message:
      'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
  },
  MaxOnDemandThroughput: {
    name: 'ThrottlingException',
    reasons: 'throttlingReasons',
    message: 'Throughput exceeds the maximum OnDemandThroughput configured on table or index',
  },
} as const;

function throttled(kind: 'Read' | 'Write', { index, resource }: Access, table: TableModel) {
  const { name, reasons, message } = throttling[table.throttledBy];
  const reason = `${index ? 'Index' : 'Table'}${kind}${table.throttledBy}Exceeded`;
  return new AwsError(name, message, { [reasons]: [{ reason, resource }] });
}

/** The table as the handlers reach it: one client for the life of the process, patient but not for long. */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, type NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { timeouts } from '../../../contract/timeouts.ts';
import { tracedClient } from '../../../telemetry/tracer.ts';
import { StoreUnavailable } from '../item-store.ts';

export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
}

export interface TableOptions {
  /** Milliseconds for one call, retries included. */
  readonly callTimeoutMs?: number;
  readonly attempts?: number;
  /** Milliseconds for one attempt. */
  readonly attemptTimeoutMs?: number;
}

export function dynamodbTable(
  name: string,
  { callTimeoutMs = timeouts.storeCallMs, attempts = 3, attemptTimeoutMs = 800 }: TableOptions = {},
): Table {
  const base = new DynamoDBClient({
    maxAttempts: attempts,
    requestHandler: { requestTimeout: attemptTimeoutMs, throwOnRequestTimeout: true },
  });
  const client = DynamoDBDocumentClient.from(tracedClient(base));
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await within(callTimeoutMs, next(args));
      } catch (error) {
        throw isUnavailable(error as SdkError) ? new StoreUnavailable(error) : error;
      }
    },
    { step: 'initialize', priority: 'high', name: 'giveUp' },
  );
  return { name, client };
}

/** The SDK bounds an attempt, not the call: with its back-off three attempts may take many seconds. */
function within<Output>(ms: number, call: Promise<Output>): Promise<Output> {
  const signal = AbortSignal.timeout(ms);
  const timeout = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([call, timeout]);
}

/** Trying later may help. Anything else (denied, no such table, malformed) is a mistake of ours. */
const isUnavailable = (error: SdkError): boolean =>
  isThrottlingError(error) || isTransientError(error) || isServerError(error);

type SdkError = Parameters<typeof isServerError>[0];

/**
 * Waits for a write that asked for `ReturnValuesOnConditionCheckFailure: 'ALL_OLD'`.
 * @returns what `whenWritten` makes of the output, or what `whenRefused` makes of the record that was in the way
 * (undefined: there was none) and of how many attempts the SDK made: a repeated write may have met its own first one.
 */
export async function conditionally<Output, Written, Refused>(
  write: Promise<Output>,
  whenWritten: (output: Output) => Written,
  whenRefused: (old: Record<string, NativeAttributeValue> | undefined, attempts: number) => Refused,
): Promise<Written | Refused> {
  try {
    return whenWritten(await write);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return whenRefused(error.Item && unmarshall(error.Item), error.$metadata.attempts ?? 1);
  }
}

/**
 * A process of its own for one function bundle, as little of Lambda as the bundle needs. Forked by tests.
 * Takes batches of invocations on the IPC channel, runs those of a batch at once, answers with their results.
 */
import { createRequire } from 'node:module';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';

export interface Batch {
  /** `_X_AMZN_TRACE_ID`, as Lambda sets it before each invocation; undefined takes it away. */
  readonly traceHeader?: string | undefined;
  readonly events: readonly object[];
}

const [bundle = ''] = process.argv.slice(2);
const { handler } = createRequire(import.meta.url)(bundle);
const context = { functionVersion: '7', memoryLimitInMB: '256' } as Context;

process.on('message', async ({ traceHeader, events }: Batch) => {
  if (traceHeader) process.env['_X_AMZN_TRACE_ID'] = traceHeader;
  else delete process.env['_X_AMZN_TRACE_ID'];
  const results: APIGatewayProxyResult[] = await Promise.all(
    events.map((event) => handler(event, context)),
  );
  process.send?.(results);
});

/**
 * X-Ray, the only file that knows of it (the SDK under Powertools is in maintenance: to leave it, replace this file).
 * Outside Lambda it does nothing, silently.
 */
import { Tracer } from '@aws-lambda-powertools/tracer';
import { serviceName } from '../contract/metrics.ts';
import type { Outcome } from '../contract/outcomes.ts';

// Calls to DynamoDB are captured by the client; capturing HTTP too would record each of them twice.
const tracer = new Tracer({ serviceName, captureHTTPsRequests: false });
tracer.provider.setContextMissingStrategy(() => undefined);

/** Records each call of an AWS SDK client as a subsegment. */
export const tracedClient = <Client>(client: Client): Client => tracer.captureAWSv3Client(client);

/** `1-<8 hex>-<24 hex>`, or undefined where Lambda gave none. */
export const currentTraceId = (): string | undefined => tracer.getRootXrayTraceId();

/** What a trace can be searched by, and how the handler ended. */
export interface TraceSummary {
  readonly annotations: {
    readonly route: string;
    readonly outcome: Outcome;
    readonly requestId: string;
  };
  /** What was thrown, where something was. */
  readonly error?: unknown;
}

/**
 * Runs a handler in a subsegment of its own, `## <name>`.
 * `summarize` is asked when the handler is done, which must not throw.
 */
export async function traced<Result>(
  name: string,
  handler: () => Promise<Result>,
  summarize: (result: Result) => TraceSummary,
): Promise<Result> {
  if (!tracer.isTracingEnabled()) return handler();
  return tracer.provider.captureAsyncFunc(`## ${name}`, async (subsegment) => {
    const result = await handler();
    const { annotations, error } = summarize(result);
    for (const [key, value] of Object.entries(annotations)) subsegment?.addAnnotation(key, value);
    if (annotations.outcome === 'rejected') subsegment?.addErrorFlag();
    if (annotations.outcome === 'fault')
      subsegment?.addError(error instanceof Error ? error : `${error}`);
    subsegment?.close();
    return result;
  }) as Promise<Result>;
}

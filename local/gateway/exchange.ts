/** One request on its way through the stage, as every step reads and fills it. */
import type { MethodModel } from './api-model.ts';
import type { Context } from './context.ts';
import type { GatewayRequest } from './request.ts';
import type { Trace } from './trace.ts';

export interface Exchange {
  readonly request: GatewayRequest;
  readonly body: Buffer | null;
  /** Real ms since the epoch. */
  readonly startedAt: number;
  readonly context: Context;
  readonly trace: Trace;
  /** Once routed. */
  method?: MethodModel;
  pathParameters: Readonly<Record<string, string>> | null;
  /** Of the Lambda call, for the trace. */
  integration?: { readonly startedAt: number; readonly endedAt: number };
  /** A line of the execution log; kept only once there is a method whose settings want its level. */
  note(level: LogLevel, line: string): void;
  readonly notes: { readonly timestamp: number; readonly line: string }[];
}

/** DATA: INFO where data trace is on. */
export type LogLevel = 'ERROR' | 'INFO' | 'DATA';

/** Throws Failure where the request ends here. */
export type Step<Result = void> = (exchange: Exchange) => Promise<Result> | Result;

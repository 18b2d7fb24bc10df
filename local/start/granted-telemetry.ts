/**
 * A function's logs and segments are written under its role: without the grant they are lost, on AWS as here, and with it
 * the grant counts as used. Source: Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs" and X-Ray.
 */
import type { DynamoDb } from '../dynamodb/dynamodb.ts';
import type { FunctionModel } from '../lambda/function-model.ts';
import type { Telemetry } from '../telemetry/sinks.ts';
import type { Stage } from '../template/resource.ts';

export function grantedTelemetry(
  telemetry: Telemetry,
  functions: readonly FunctionModel[],
  { region, account }: Pick<Stage, 'region' | 'account'>,
  authorize: DynamoDb['authorize'],
): Telemetry {
  const byLogGroup = new Map(functions.map(({ logGroup, name }) => [logGroup, name]));
  const names = new Set(functions.map(({ name }) => name));
  const allowed = (functionName: string, actions: readonly string[], resource: string) =>
    actions.every((action) => authorize(functionName, { action, resource }).decision === 'Allow');

  // A stream is created once and then written to: decided once, since policies do not change while the stage runs.
  const streams = new Map<string, boolean>();
  const mayWrite = (logGroup: string, logStream: string): boolean => {
    const known = streams.get(logStream);
    if (known !== undefined) return known;
    const functionName = byLogGroup.get(logGroup);
    const stream = `arn:aws:logs:${region}:${account}:log-group:${logGroup}:log-stream:${logStream}`;
    const decided =
      functionName === undefined ||
      allowed(functionName, ['logs:CreateLogStream', 'logs:PutLogEvents'], stream);
    streams.set(logStream, decided);
    return decided;
  };
  const traced = new Map<string, boolean>();
  const mayTrace = (functionName: string): boolean => {
    const known = traced.get(functionName);
    if (known !== undefined) return known;
    const actions = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    const decided = allowed(functionName, actions, '*');
    traced.set(functionName, decided);
    return decided;
  };

  return {
    metrics: telemetry.metrics,
    logs: {
      write: (event) => {
        if (mayWrite(event.logGroup, event.logStream)) telemetry.logs.write(event);
      },
    },
    traces: {
      segment: (document) => {
        const ofFunction = document['origin'] === 'AWS::Lambda::Function';
        if (ofFunction && names.has(document.name) && !mayTrace(document.name)) return;
        telemetry.traces.segment(document);
      },
    },
  };
}

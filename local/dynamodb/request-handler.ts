/**
 * One request's way: who calls, what the call needs, whether policies allow it, which fault hits it, the engine, the metrics.
 * In AWS's order: signature before body, permissions before validation.
 */

import type { Faults } from '../faults/faults.ts';
import { accessDenied } from '../iam/evaluate.ts';
import type { Call, Grants } from '../iam/grants.ts';
import { type Access, accessesOf, dataPlane } from './accesses.ts';
import { type Answer, AwsError, errorName, type Json } from './aws-error.ts';
import type { Caller } from './callers.ts';
import type { Engine } from './engine.ts';
import { injectFaults } from './injected-fault.ts';
import type { DynamoDbMetrics } from './metrics.ts';
import { type SignedRequest, verifySignature } from './signature.ts';
import type { TableModel } from './tables.ts';

export interface RequestHandlerParts {
  readonly region: string;
  readonly account: string;
  /** By access key id. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly grants: Grants;
  /** By name. */
  readonly tables: ReadonlyMap<string, TableModel>;
  readonly engine: Engine;
  readonly faults: Faults;
  readonly metrics: DynamoDbMetrics;
  readonly now: () => number;
}

/** Answers what AWS would; it throws only where something is wrong in here. */
export function createRequestHandler(
  parts: RequestHandlerParts,
): (request: SignedRequest) => Promise<Answer> {
  const { region, account, callers, now } = parts;
  const prefix = `arn:aws:dynamodb:${region}:${account}:table/`;
  return async (signed) => {
    try {
      const operation = operationOf(signed);
      const place = { region, service: 'dynamodb', now: now() };
      const caller = verifySignature(signed, callers, place);
      const input = parse(signed.body);
      const { TableName } = input;
      if (typeof TableName === 'string') input['TableName'] = TableName.replace(prefix, '');
      const accesses = accessesOf(operation, input, prefix);
      const began = performance.now();
      const request = { caller, operation, input, accesses };
      const answer = await carryOut(parts, request).catch(awsError);
      const elapsedMs = performance.now() - began;
      parts.metrics.record({ operation, accesses, answer, elapsedMs });
      return asAsked(input, answer);
    } catch (error) {
      const answer = awsError(error);
      parts.metrics.record({ operation: '', accesses: [], answer, elapsedMs: 0 });
      return answer;
    }
  };
}

function awsError(error: unknown): Answer {
  if (error instanceof AwsError) return error;
  throw error;
}

function operationOf({ headers }: SignedRequest): string {
  const [, operation] = /^DynamoDB_20120810\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? [];
  if (!operation) throw new AwsError('UnknownOperationException', 'The operation is not known.');
  return operation;
}

function parse(body: Buffer): Json {
  try {
    const input = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  } catch {
    // answered below
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

interface Request {
  readonly caller: Caller;
  readonly operation: string;
  readonly input: Json;
  readonly accesses: readonly Access[];
}

async function carryOut(parts: RequestHandlerParts, request: Request): Promise<Answer> {
  const { caller, operation, input, accesses } = request;
  for (const access of accesses) authorize(parts, request, access);
  const kind = dataPlane[operation];
  const [access] = accesses;
  const table = parts.tables.get(access?.table ?? '');
  if (kind && caller.functionName && access && table) {
    await injectFaults(parts.faults, caller.functionName, kind, access, table);
  }
  if (operation === 'DescribeTimeToLive' && table) return describeTimeToLive(table);
  return parts.engine.call(operation, withExtras(operation, input));
}

function authorize(
  { grants, tables }: RequestHandlerParts,
  { caller: { principal }, operation, input }: Request,
  { action, resource, table = '' }: Access,
): void {
  const asked = ['ReturnConsumedCapacity', 'ReturnValues', 'Select']
    .filter((key) => typeof input[key] === 'string')
    .map((key) => [`dynamodb:${key}`, input[key]]);
  const enclosed = action !== `dynamodb:${operation}`;
  const call: Call = {
    action,
    resource,
    resourcePolicy: tables.get(table)?.resourcePolicy,
    context: {
      ...Object.fromEntries(asked),
      ...(enclosed && { 'dynamodb:EnclosingOperation': operation }),
    },
  };
  const decision = grants.decide(principal, call);
  if (decision.decision === 'Allow') return;
  throw new AwsError('AccessDeniedException', accessDenied({ principal, ...call }, decision));
}

const describeTimeToLive = ({ timeToLiveAttribute }: TableModel): Answer => ({
  status: 200,
  body: {
    TimeToLiveDescription: timeToLiveAttribute
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLiveAttribute }
      : { TimeToLiveStatus: 'DISABLED' },
  },
});

/** The metrics need the capacity and the item of a failed condition, whether the client wants them or not. */
function withExtras(operation: string, input: Json): Json {
  if (!dataPlane[operation]) return input;
  const capacity = input['ReturnConsumedCapacity'] ?? 'NONE';
  const onFailure = input['ReturnValuesOnConditionCheckFailure'] ?? 'NONE';
  return {
    ...input,
    ...(['NONE', 'TOTAL'].includes(capacity) && { ReturnConsumedCapacity: 'INDEXES' }),
    ...(onFailure === 'NONE' &&
      'ConditionExpression' in input && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
  };
}

/** Takes out of an answer what {@link withExtras} asked for and the client did not. */
function asAsked(input: Json, answer: Answer): Answer {
  const capacity = input['ReturnConsumedCapacity'] ?? 'NONE';
  const { ConsumedCapacity, Item, ...body } = answer.body;
  const keepsItem =
    errorName(answer) === undefined || input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
  const total = ({ TableName, CapacityUnits }: Json) => ({ TableName, CapacityUnits });
  const all = [ConsumedCapacity ?? []].flat();
  const shown = capacity === 'TOTAL' ? all.map(total) : all;
  return {
    status: answer.status,
    body: {
      ...body,
      ...(Item && keepsItem && { Item }),
      ...(ConsumedCapacity &&
        capacity !== 'NONE' && {
          ConsumedCapacity: Array.isArray(ConsumedCapacity) ? shown : shown[0],
        }),
    },
  };
}

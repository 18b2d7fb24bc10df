/** What each kind of fault does to a request, for everybody who sees it: the table behind the test. */
import { expect } from '@jest/globals';
import type { CallOptions } from './running-system.ts';

export interface FaultEffect {
  readonly kind: string;
  readonly delayMs?: number;
  readonly route: string;
  readonly request?: CallOptions;
  readonly functionName: string;
  readonly operation: string;
  readonly status: number;
  readonly access: object;
  /** The wide event; without one the function never came to write it. */
  readonly event?: object;
  /** What Lambda itself writes then. */
  readonly report?: object;
  /** What became more than 0 of `counted`, by how much. */
  readonly counts: Readonly<Record<string, unknown>>;
  /** Metrics of time that the delay is in, and so grew by no less. */
  readonly slow?: readonly string[];
  /** Marked segments and subsegments; all others are not. */
  readonly marked: Readonly<Record<string, string>>;
}

const body = { title: 'x' };
export const atLeast = (low: number) => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && value >= low,
  toString: () => `at least ${low}`,
});
/** The SDK tries again, so that one request meets the fault several times. */
const several = atLeast(2);
const answered = { integrationStatus: '200', responseType: '-', integrationError: '-' };
const failed = (error: string) => ({
  integrationStatus: '200',
  responseType: 'INTEGRATION_FAILURE',
  integrationError: expect.stringMatching(
    new RegExp(`^Lambda Customer Function Error:RequestId: [0-9a-f-]{36} Error: ${error}$`),
  ),
});
const unavailable = { status: 503, outcome: 'fault', errorCode: 'dependency-unavailable' };
const deadFunction = {
  'AWS::ApiGateway::Stage': 'fault',
  'AWS::Lambda': 'fault',
  'AWS::Lambda::Function': 'fault',
};

export const faultEffects: readonly FaultEffect[] = [
  {
    kind: 'table-throttling',
    route: 'GET /items/{id}',
    functionName: 'get-item',
    operation: 'GetItem',
    status: 503,
    access: answered,
    event: unavailable,
    counts: {
      'AWS/ApiGateway 5XXError': 1,
      'AWS/DynamoDB ThrottledRequests': several,
      'AWS/DynamoDB ReadThrottleEvents': several,
      'Manara Handled': 1,
      'Manara Fault': 1,
    },
    marked: {
      'AWS::ApiGateway::Stage': 'fault',
      '## get-item': 'fault',
      DynamoDB: 'error fault throttle',
      'AWS::DynamoDB::Table': 'error fault throttle',
    },
  },
  {
    kind: 'table-errors',
    route: 'PUT /items/{id}',
    request: { body, headers: { 'if-match': '"x"' } },
    functionName: 'update-item',
    operation: 'UpdateItem',
    status: 503,
    access: answered,
    event: unavailable,
    counts: {
      'AWS/ApiGateway 5XXError': 1,
      'AWS/DynamoDB SystemErrors': several,
      'Manara Handled': 1,
      'Manara Fault': 1,
    },
    marked: {
      'AWS::ApiGateway::Stage': 'fault',
      '## update-item': 'fault',
      DynamoDB: 'fault',
      'AWS::DynamoDB::Table': 'fault',
    },
  },
  {
    kind: 'table-latency',
    delayMs: 300,
    route: 'GET /items',
    functionName: 'list-items',
    operation: 'Query',
    status: 200,
    access: answered,
    event: { status: 200, outcome: 'listed', durationMs: atLeast(300) },
    counts: { 'Manara Handled': 1, 'AWS/DynamoDB SuccessfulRequestLatency': 1 },
    slow: [
      'AWS/ApiGateway Latency',
      'AWS/ApiGateway IntegrationLatency',
      'AWS/Lambda Duration',
      'AWS/DynamoDB SuccessfulRequestLatency',
    ],
    marked: {},
  },
  {
    kind: 'function-slowness',
    delayMs: 300,
    route: 'GET /items',
    functionName: 'list-items',
    operation: 'Query',
    status: 200,
    access: answered,
    event: { status: 200, outcome: 'listed' },
    counts: { 'Manara Handled': 1, 'AWS/DynamoDB SuccessfulRequestLatency': 1 },
    slow: ['AWS/ApiGateway Latency', 'AWS/ApiGateway IntegrationLatency', 'AWS/Lambda Duration'],
    marked: {},
  },
  {
    kind: 'function-crash',
    route: 'DELETE /items/{id}',
    functionName: 'delete-item',
    operation: 'DeleteItem',
    status: 502,
    access: failed('Runtime exited with error: exit status 1'),
    report: { status: 'error', errorType: 'Runtime.ExitError' },
    counts: { 'AWS/ApiGateway 5XXError': 1, 'AWS/Lambda Errors': 1 },
    marked: deadFunction,
  },
  {
    kind: 'function-timeout',
    delayMs: 10_000,
    route: 'POST /items',
    request: { body },
    functionName: 'put-item',
    operation: 'PutItem',
    status: 502,
    access: failed('Task timed out after 10.00 seconds'),
    report: { status: 'timeout' },
    counts: { 'AWS/ApiGateway 5XXError': 1, 'AWS/Lambda Errors': 1 },
    slow: ['AWS/ApiGateway Latency', 'AWS/ApiGateway IntegrationLatency', 'AWS/Lambda Duration'],
    marked: deadFunction,
  },
];

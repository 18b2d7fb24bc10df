/**
 * The errors that DynamoDB answers before an engine is asked.
 * Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB"; API Reference, "Common Errors".
 */
const api = 'com.amazonaws.dynamodb.v20120810';
const coral = 'com.amazon.coral.service';

/** Where each is defined. */
const shapes = {
  AccessDeniedException: coral,
  IncompleteSignatureException: coral,
  InternalServerError: api,
  InvalidSignatureException: coral,
  MissingAuthenticationTokenException: coral,
  ProvisionedThroughputExceededException: api,
  SerializationException: coral,
  ThrottlingException: api,
  UnknownOperationException: coral,
  UnrecognizedClientException: coral,
  ValidationException: 'com.amazon.coral.validate',
} as const;

/** These two spell `Message` with a capital. */
const capital: readonly string[] = ['AccessDeniedException', 'SerializationException'];

// biome-ignore lint/suspicious/noExplicitAny: DynamoDB's requests and answers are open JSON
export type Json = Record<string, any>;

/** What goes back to the client. */
export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export class AwsError extends Error implements Answer {
  readonly status: number;
  readonly body: Json;

  constructor(name: keyof typeof shapes, message: string, members: Json = {}) {
    super(message);
    this.name = name;
    this.status = name === 'InternalServerError' ? 500 : 400;
    const key = capital.includes(name) ? 'Message' : 'message';
    this.body = { __type: `${shapes[name]}#${name}`, [key]: message, ...members };
  }
}

/** `ConditionalCheckFailedException` of an error answer, nothing of a success. */
export const errorName = ({ status, body }: Answer): string | undefined =>
  status < 300 ? undefined : String(body['__type'] ?? 'UnknownError').replace(/^.*#/, '');

export const internalServerError = () =>
  new AwsError(
    'InternalServerError',
    'The server encountered an internal error trying to fulfill the request.',
  );

/**
 * The errors that DynamoDB answers before an engine is asked.
 * Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB"; API Reference, "Common Errors".
 */
const api = 'com.amazonaws.dynamodb.v20120810';
const coral = 'com.amazon.coral.service';

const errors = {
  AccessDeniedException: { status: 400, shape: coral, messageKey: 'Message' },
  IncompleteSignatureException: { status: 400, shape: coral, messageKey: 'message' },
  InternalServerError: { status: 500, shape: api, messageKey: 'message' },
  InvalidSignatureException: { status: 400, shape: coral, messageKey: 'message' },
  MissingAuthenticationTokenException: { status: 400, shape: coral, messageKey: 'message' },
  ProvisionedThroughputExceededException: { status: 400, shape: api, messageKey: 'message' },
  SerializationException: { status: 400, shape: coral, messageKey: 'Message' },
  ThrottlingException: { status: 400, shape: api, messageKey: 'message' },
  UnknownOperationException: { status: 400, shape: coral, messageKey: 'message' },
  UnrecognizedClientException: { status: 400, shape: coral, messageKey: 'message' },
  ValidationException: {
    status: 400,
    shape: 'com.amazon.coral.validate',
    messageKey: 'message',
  },
} as const;

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

  constructor(name: keyof typeof errors, message: string, members: Json = {}) {
    super(message);
    this.name = name;
    const { status, shape, messageKey } = errors[name];
    this.status = status;
    this.body = { __type: `${shape}#${name}`, [messageKey]: message, ...members };
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

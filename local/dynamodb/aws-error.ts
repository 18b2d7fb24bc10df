/**
 * The errors that DynamoDB answers before an engine is asked.
 * Source: Amazon DynamoDB Developer Guide, "Error handling with DynamoDB"; API Reference, "Common Errors".
 */
const api = 'com.amazonaws.dynamodb.v20120810';
const coral = 'com.amazon.coral.service';

const errors = {
  AccessDeniedException: { shape: coral, messageKey: 'Message' },
  IncompleteSignatureException: { shape: coral },
  InternalServerError: { shape: api, status: 500 },
  InvalidSignatureException: { shape: coral },
  MissingAuthenticationTokenException: { shape: coral },
  ProvisionedThroughputExceededException: { shape: api },
  SerializationException: { shape: coral, messageKey: 'Message' },
  ThrottlingException: { shape: api },
  UnknownOperationException: { shape: coral },
  UnrecognizedClientException: { shape: coral },
  ValidationException: { shape: 'com.amazon.coral.validate' },
} satisfies Record<string, ErrorShape>;

interface ErrorShape {
  readonly shape: string;
  /** Default 400. */
  readonly status?: number;
  /** Default `message`. */
  readonly messageKey?: string;
}

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
    const { status = 400, shape, messageKey = 'message' }: ErrorShape = errors[name];
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

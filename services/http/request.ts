/** A request as operations see it: the proxy event of API Gateway (REST, payload 1.0) with its oddities smoothed. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Problem } from './problem.ts';

export interface Request {
  /** The token's `sub`: whom everything belongs to. */
  readonly owner: string;
  readonly scopes: readonly string[];
  /** With the stage or base path, so that a `Location` made from it resolves. */
  readonly path: string;
  /** Path parameters arrive as sent, percent-encoded. */
  parameter(name: string): string | undefined;
  /** The last value, decoded. */
  query(name: string): string | undefined;
  /** Any spelling; several fields of one name are one list (RFC 9110, section 5.3). */
  header(name: string): string | undefined;
  /** The body's bytes as text. */
  body(): string;
}

export function readRequest(event: APIGatewayProxyEvent): Request {
  const claims: Readonly<Record<string, string>> =
    event.requestContext.authorizer?.['claims'] ?? {};
  // The gateway's authorizer has refused such calls already; a route without one must not become everybody's.
  if (!claims['sub']) throw new Problem('token-refused', 'The access token names no subject.');
  return {
    owner: claims['sub'],
    scopes: claims['scope']?.split(' ') ?? [],
    path: event.requestContext.path.replace(/\/$/, ''),
    parameter: (name) => event.pathParameters?.[name],
    query: (name) => event.queryStringParameters?.[name],
    header: (name) => header(event, name),
    body: () => text(event),
  };
}

function header({ headers, multiValueHeaders }: APIGatewayProxyEvent, name: string) {
  const isNamed = ([key]: readonly [string, unknown]) => key.toLowerCase() === name.toLowerCase();
  const values = Object.entries(multiValueHeaders ?? {})
    .filter(isNamed)
    .flatMap(([, v]) => v ?? []);
  return values.length > 0 ? values.join(', ') : Object.entries(headers ?? {}).find(isNamed)?.[1];
}

/** A body arrives as base64 where the API declares its content type binary. */
function text({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  if (!isBase64Encoded) return body ?? '';
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body ?? '', 'base64'));
}

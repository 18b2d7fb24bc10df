/** The Cognito user-pool authorizer. AWS: Integrate a REST API with a user pool; Control access using user pools. */
import { createHash } from 'node:crypto';
import type { Authorization } from './api-model.ts';
import type { Exchange, Step } from './exchange.ts';
import { Failure } from './gateway-response.ts';
import type { Claims, Parts } from './parts.ts';

/** @returns a step that leaves the claims in `context.authorizer`; undefined where everybody may call */
export function createAuthorizer(authorization: Authorization, parts: Parts): Step | undefined {
  if (authorization.type === 'NONE') return undefined;
  const authorize =
    authorization.type === 'AWS_IAM' ? refuseUnsigned : cognito(authorization, parts);
  const { region, accountId, id, stageName } = parts.api;
  const arn = `arn:aws:execute-api:${region}:${accountId}:${id}/${stageName}/`;
  return (exchange) => {
    const { method, path } = exchange.request;
    // AWS: Amazon API Gateway quotas, on methods with authorization.
    if (Buffer.byteLength(arn + method + path) > parts.limits.methodArn) {
      throw new Failure('DEFAULT_4XX', { status: 414, message: 'Request URI too long' });
    }
    return authorize(exchange);
  };
}

type UserPools = Extract<Authorization, { header: string }>;

function cognito(authorization: UserPools, parts: Parts): Step {
  const { now } = parts;
  return async (exchange) => {
    const startedAt = now();
    const authorizer: NonNullable<Exchange['context']['authorizer']> = {};
    exchange.context.authorizer = authorizer;
    try {
      const claims = await accept(authorization, exchange, parts);
      authorizer.claims = Object.fromEntries(
        Object.entries(claims).map(([name, value]) => [name, claimText(name, value)]),
      );
      authorizer.status = 200;
    } catch (error) {
      const { message } = error as Error;
      authorizer.error = message;
      if (error instanceof Failure) throw error;
      throw new Failure('AUTHORIZER_FAILURE', {
        line: `Execution failed due to an authorizer error: ${message}`,
      });
    } finally {
      authorizer.latency = Math.max(0, now() - startedAt);
    }
  };
}

async function accept(
  { header, userPoolArns, scopes, audience }: UserPools,
  { request, context }: Exchange,
  { verifyToken, readings }: Parts,
): Promise<Claims> {
  const unauthorized = (message?: string) =>
    new Failure('UNAUTHORIZED', { message, line: `Unauthorized request: ${context.requestId}` });
  // Raw or after `Bearer`; any other scheme leaves a space that no JWT has.
  const token = String(request.lowered[header] ?? '')
    .replace(/^Bearer +/i, '')
    .trim();
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw unauthorized();
  let expired = false;
  for (const userPoolArn of userPoolArns) {
    const verdict = await verifyToken(userPoolArn, token);
    if ('error' in verdict) {
      expired ||= verdict.error === 'expired';
      continue;
    }
    const { claims } = verdict;
    // Without scopes an ID token is wanted, with scopes an access token.
    if (claims['token_use'] !== (scopes.length > 0 ? 'access' : 'id')) throw unauthorized();
    const { aud } = claims;
    if (audience && !(typeof aud === 'string' && audience.test(aud))) throw unauthorized();
    const held = String(claims['scope'] ?? '').split(' ');
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope))) {
      throw readings.scopeMissing === 401 ? unauthorized() : new Failure('ACCESS_DENIED');
    }
    return claims;
  }
  throw unauthorized(expired ? 'The incoming token has expired' : undefined);
}

/** As a real event shows them: text all; `exp` and `iat` as Java prints dates, lists joined by commas. */
function claimText(name: string, value: unknown): string {
  if ((name === 'exp' || name === 'iat') && typeof value === 'number') return javaDate(value);
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** `Tue Jun 18 15:00:04 UTC 2024` */
function javaDate(seconds: number): string {
  const [weekday, day, month, year, time] = new Date(seconds * 1000).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

/** Signatures cannot be checked here: what is not signed is refused as AWS does, what is signed is refused openly. */
function refuseUnsigned({ request }: Exchange): void {
  const authorization = request.lowered.authorization;
  if (authorization?.startsWith('AWS4-')) {
    throw new Failure('AUTHORIZER_FAILURE', { message: 'AWS_IAM signatures are not emulated' });
  }
  throw notSigned(authorization);
}

const signatureParts = [
  ...['Credential', 'Signature', 'SignedHeaders'].map(
    (name) => `Authorization header requires '${name}' parameter.`,
  ),
  "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
].join(' ');

/**
 * What AWS's front door says to a request that it takes for an unsigned call of AWS: for AWS_IAM methods and for unknown
 * routes alike. Seen: azul#7470, chalice#828. What it says to a signed call of an unknown route is assumed.
 */
export function notSigned(authorization: string | undefined): Failure {
  if (!authorization || authorization.startsWith('AWS4-')) {
    return new Failure('MISSING_AUTHENTICATION_TOKEN');
  }
  const hash = createHash('sha256').update(authorization).digest('base64');
  const bare = authorization
    .split(/[ ,]+/)
    .slice(1)
    .some((part) => !part.includes('='));
  const message = bare
    ? `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`
    : `${signatureParts} (Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`;
  return new Failure('DEFAULT_4XX', {
    status: 403,
    errorType: 'IncompleteSignature',
    message,
  });
}

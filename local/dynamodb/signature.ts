/**
 * Signature Version 4, checked as AWS does: a caller is who holds the secret, not who names the key.
 * Source: IAM User Guide, "AWS Signature Version 4 for API requests" and "Troubleshoot Signature Version 4 signing".
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './aws-error.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials have one; it comes as `x-amz-security-token`. */
  readonly sessionToken?: string;
}

export interface SignedRequest {
  readonly method: string;
  /** Path and query string. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Where and when a request arrives: what its signature must have been made for. */
export interface Place {
  readonly region: string;
  readonly service: string;
  readonly now: number;
}

const toleranceMs = 15 * 60 * 1000;

/**
 * Finds and proves the caller of a request.
 * @throws AwsError as DynamoDB names it: token missing, signature incomplete, out of date, made for elsewhere, key unknown, signature wrong.
 */
export function verifySignature<Caller extends { readonly credentials: Credentials }>(
  request: SignedRequest,
  callers: ReadonlyMap<string, Caller>,
  place: Place,
): Caller {
  const { Credential, SignedHeaders, Signature, date } = parametersOf(request);
  requireRecent(date, place.now);
  if (!SignedHeaders.split(';').includes('host')) {
    throw invalid("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const [accessKeyId = '', ...scope] = Credential.split('/');
  requireScope(scope, date, place);
  const caller = callers.get(accessKeyId);
  if (!caller || request.headers['x-amz-security-token'] !== caller.credentials.sessionToken) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  const canonical = hash('sha256', canonicalRequest(request, SignedHeaders));
  const expected = createHmac('sha256', signingKey(caller.credentials, scope))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope.join('/')}\n${canonical}`)
    .digest('hex');
  if (Signature !== expected) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return caller;
}

const invalid = (message: string) => new AwsError('InvalidSignatureException', message);

function parametersOf({ headers }: SignedRequest) {
  const { authorization = '', 'x-amz-date': date = '' } = headers;
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) {
    throw new AwsError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  }
  const fields = authorization.split(/[\s,]+/).map((field) => field.split('='));
  const { Credential = '', SignedHeaders = '', Signature = '' } = Object.fromEntries(fields);
  const missing = Object.entries({ Credential, Signature, SignedHeaders })
    .filter(([, value]) => !value)
    .map(([name]) => `Authorization header requires '${name}' parameter. `);
  if (!date) missing.push("Authorization header requires existence of a 'X-Amz-Date' header. ");
  if (missing.length > 0) throw new AwsError('IncompleteSignatureException', missing.join(''));
  return { Credential, SignedHeaders, Signature, date: String(date) };
}

function requireRecent(date: string, now: number): void {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const late = now - Date.parse(iso);
  if (Math.abs(late) <= toleranceMs) return;
  if (Number.isNaN(late)) {
    throw new AwsError(
      'IncompleteSignatureException',
      `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const basic = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');
  throw invalid(
    late > 0
      ? `Signature expired: ${date} is now earlier than ${basic(now - toleranceMs)} (${basic(now)} - 15 min.)`
      : `Signature not yet current: ${date} is still later than ${basic(now + toleranceMs)} (${basic(now)} + 15 min.)`,
  );
}

function requireScope(scope: readonly string[], date: string, { region, service }: Place): void {
  const [day, ...place] = scope;
  const today = date.slice(0, 8);
  const wrong = [
    place[0] !== region && `Credential should be scoped to a valid region, not '${place[0]}'. `,
    place[1] !== service && `Credential should be scoped to correct service: '${service}'. `,
    place[2] !== 'aws4_request' &&
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${place[2]}'. `,
    day !== today &&
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${today}', from '${date}'.`,
  ].filter(Boolean);
  if (wrong.length > 0) throw invalid(wrong.join(''));
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, signed: string): string {
  const [path = '/', query = ''] = url.split('?');
  const lines = signed
    .split(';')
    .map((name) => `${name}:${String(headers[name] ?? '').replace(/^ +| +$|( ) +/g, '$1')}\n`);
  const sorted = query.split('&').sort().join('&');
  return [method, path, sorted, lines.join(''), signed, hash('sha256', body)].join('\n');
}

const keys = new WeakMap<Credentials, { readonly scope: string; readonly key: KeyObject }>();

/** Derived once per caller and day. */
function signingKey(credentials: Credentials, parts: readonly string[]): KeyObject {
  const scope = parts.join('/');
  const known = keys.get(credentials);
  if (known?.scope === scope) return known.key;
  const key = parts.reduce(
    (secret, part) => createSecretKey(createHmac('sha256', secret).update(part).digest()),
    createSecretKey(`AWS4${credentials.secretAccessKey}`, 'utf8'),
  );
  keys.set(credentials, { scope, key });
  return key;
}

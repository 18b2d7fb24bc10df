/**
 * Signature Version 4, checked as AWS does: a caller is who holds the secret, not who names the key.
 * Source: IAM User Guide, "AWS Signature Version 4 for API requests".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
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

const authorization =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

const toleranceMs = 15 * 60 * 1000;

/**
 * Finds and proves the caller of a request.
 * @throws AwsError as DynamoDB names it: token missing, signature incomplete, key unknown, signature wrong or too old.
 */
export function verifySignature<Caller extends Credentials>(
  request: SignedRequest,
  callers: ReadonlyMap<string, Caller>,
  now: number,
): Caller {
  const { headers } = request;
  if (!headers.authorization) {
    throw new AwsError(
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    );
  }
  const match = authorization.exec(headers.authorization);
  const date = headers['x-amz-date'];
  if (!match || typeof date !== 'string') {
    throw new AwsError(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters and an 'X-Amz-Date' header.",
    );
  }
  const [, accessKeyId = '', day = '', region = '', service = '', signed = '', signature = ''] =
    match;
  const caller = callers.get(accessKeyId);
  const token = headers['x-amz-security-token'];
  if (!caller || token !== caller.sessionToken) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  }
  requireRecent(date, now);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const canonical = hash(canonicalRequest(request, signed));
  const expected = createHmac('sha256', signingKey(caller, day, region, service))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${canonical}`)
    .digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return caller;
}

function requireRecent(date: string, now: number): void {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  if (Math.abs(Date.parse(iso) - now) <= toleranceMs) return;
  const basic = (ms: number) => `${new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  throw new AwsError(
    'InvalidSignatureException',
    `Signature expired: ${date} is now earlier than ${basic(now - toleranceMs)} (${basic(now)} - 15 min.)`,
  );
}

function canonicalRequest({ method, url, headers, body }: SignedRequest, signed: string): string {
  const [path = '/', query = ''] = url.split('?');
  const lines = signed.split(';').map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  const sorted = query.split('&').sort().join('&');
  return [method, path, sorted, lines.join(''), signed, hash(body)].join('\n');
}

const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

const keys = new WeakMap<Credentials, { readonly scope: string; readonly key: Buffer }>();

/** Derived once per caller, day, region and service. */
function signingKey(caller: Credentials, day: string, region: string, service: string): Buffer {
  const scope = `${day}/${region}/${service}`;
  const known = keys.get(caller);
  if (known?.scope === scope) return known.key;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${caller.secretAccessKey}`,
  ) as Buffer;
  keys.set(caller, { scope, key });
  return key;
}

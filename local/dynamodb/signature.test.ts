import { describe, expect, test } from '@jest/globals';
import { AwsError } from './aws-error.ts';
import { type SignedRequest, verifySignature } from './signature.ts';

/**
 * The request that AWS publishes with its signature for key AKIDEXAMPLE.
 * Source: AWS General Reference, "Signature Version 4 test suite", post-vanilla; with the query of get-vanilla-query-order-key-case.
 */
const accessKeyId = 'AKIDEXAMPLE';
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const caller = { credentials: { accessKeyId, secretAccessKey } };
const callers = new Map([[accessKeyId, caller]]);
const signedAt = Date.parse('2015-08-30T12:36:00Z');
const authorization = (signature: string, key = accessKeyId) =>
  `AWS4-HMAC-SHA256 Credential=${key}/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`;

const published: SignedRequest = {
  method: 'POST',
  url: '/',
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization: authorization(
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ),
  },
  body: Buffer.alloc(0),
};

const place = { region: 'us-east-1', service: 'service', now: signedAt };
const verify = (change: Partial<SignedRequest> = {}, elsewhere: Partial<typeof place> = {}) =>
  verifySignature({ ...published, ...change }, callers, { ...place, ...elsewhere });
const written = published.headers.authorization ?? '';
const withHeaders = (headers: SignedRequest['headers']) => ({
  headers: { ...published.headers, ...headers },
});

const errorOf = (run: () => unknown) => {
  try {
    return run();
  } catch (error) {
    return error instanceof AwsError ? error.name : error;
  }
};

describe('verifySignature', () => {
  test('accepts the signatures that AWS publishes', () => {
    expect(verify()).toBe(caller);
    const query = authorization('b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500');
    expect(
      verify({
        method: 'GET',
        url: '/?Param2=value2&Param1=value1',
        ...withHeaders({ authorization: query }),
      }),
    ).toBe(caller);
  });

  test('accepts a header with spaces, as get-header-value-trim has it', () => {
    const signature = 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736';
    const signed = authorization(signature).replace('host;', 'host;my-header1;my-header2;');
    const headers = {
      authorization: signed,
      'my-header1': ' value1',
      'my-header2': ' "a   b   c"',
    };
    expect(verify({ method: 'GET', ...withHeaders(headers) })).toBe(caller);
  });

  test.each([
    ['in another order', written.replace(/(Credential\S+), (.*)/, '$2, $1')],
    ['without spaces', written.replaceAll(', ', ',')],
    ['with more spaces', written.replaceAll(' ', '  ')],
  ])('accepts the parameters %s', (_what, authorization) => {
    expect(authorization).not.toBe(written);
    expect(verify(withHeaders({ authorization }))).toBe(caller);
  });

  test.each([15, -15])('accepts %i minutes of difference', (minutes) => {
    expect(verify({}, { now: signedAt + minutes * 60_000 })).toBe(caller);
  });

  test.each([
    [
      'no Authorization',
      withHeaders({ authorization: undefined }),
      'MissingAuthenticationTokenException',
    ],
    [
      'another scheme',
      withHeaders({ authorization: 'Bearer x' }),
      'MissingAuthenticationTokenException',
    ],
    ['no date', withHeaders({ 'x-amz-date': undefined }), 'IncompleteSignatureException'],
    [
      'an unknown key',
      withHeaders({ authorization: authorization('0'.repeat(64), 'AKIDNOBODY') }),
      'UnrecognizedClientException',
    ],
    [
      'a token nobody handed out',
      withHeaders({ 'x-amz-security-token': 'x' }),
      'UnrecognizedClientException',
    ],
    [
      'another signature',
      withHeaders({ authorization: authorization('0'.repeat(64)) }),
      'InvalidSignatureException',
    ],
    ['another body', { body: Buffer.from('{}') }, 'InvalidSignatureException'],
    ['another method', { method: 'PUT' }, 'InvalidSignatureException'],
    ['another path', { url: '/x' }, 'InvalidSignatureException'],
    ['a signed header changed', withHeaders({ host: 'localhost' }), 'InvalidSignatureException'],
    [
      'half a signature',
      withHeaders({ authorization: authorization('5da7') }),
      'InvalidSignatureException',
    ],
    [
      'a date that is no date',
      withHeaders({ 'x-amz-date': 'today' }),
      'IncompleteSignatureException',
    ],
  ])('refuses %s', (_what, change, name) => expect(errorOf(() => verify(change))).toBe(name));

  test.each([
    [
      'too long ago',
      { now: signedAt + 15 * 60_000 + 1000 },
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)',
    ],
    [
      'in the future',
      { now: signedAt - 15 * 60_000 - 1000 },
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 min.)',
    ],
    [
      'for another region',
      { region: 'eu-central-1' },
      "Credential should be scoped to a valid region, not 'us-east-1'. ",
    ],
    [
      'for another service',
      { service: 'dynamodb' },
      "Credential should be scoped to correct service: 'dynamodb'. ",
    ],
  ])('refuses what was signed %s, saying so', (_what, elsewhere, message) => {
    expect(() => verify({}, elsewhere)).toThrow(message);
  });

  test.each([
    [/20150830/, '20150831', /^Date in Credential scope .* '20150831' != '20150830', from/],
    [/aws4_request/, 'aws5_request', /valid terminator: 'aws4_request', not 'aws5_request'/],
    [/host;/, '', /^'Host' must be a 'SignedHeader'/],
    [/Signature=\S+/, '', /^Authorization header requires 'Signature' parameter\. $/],
    [/Credential=\S+/, 'Credential', /^Authorization header requires 'Credential' parameter\. $/],
  ])('refuses parameters where %s is %j, saying so', (part, other, message) => {
    const authorization = written.replace(part, other);
    expect(() => verify(withHeaders({ authorization }))).toThrow(message);
  });
});

/** Access log and execution log. */
import { describe, expect, test } from '@jest/globals';
import { ask } from './testing/harness.ts';
import { apiId } from './testing/stage.ts';

const uuid = '[0-9a-f-]{36}';

describe('the access log', () => {
  const line = async (format: string, request = {}, fn = {}) => {
    const setup = {
      routes: [{ route: 'GET /a/{id}', fn }],
      accessLogFormat: `$context.requestId ${format}`,
    };
    const { gateway } = await ask(setup, {
      path: '/a/7?q=1',
      headers: { 'User-Agent': 'me "x"' },
      ...request,
    });
    expect(gateway.logs).toHaveLength(1);
    expect(gateway.logs[0]!.logGroup).toBe('access');
    return gateway.logs[0]!.message.slice(37);
  };

  test.each([
    ['$context.accountId $context.apiId $context.stage', `123456789012 ${apiId} dev`],
    ['$context.httpMethod $context.resourcePath $context.path', 'GET /a/{id} /a/7'],
    ['$context.resourceId $context.deploymentId', '/a/{id} deployment'],
    ['$context.protocol $context.status $context.responseLength', 'HTTP/1.1 200 2'],
    [
      '$context.integrationStatus $context.integration.status $context.integration.integrationStatus',
      '200 200 200',
    ],
    ['$context.identity.sourceIp $context.identity.caller', '127.0.0.1 -'],
    ['$context.domainName $context.endpointType', '127.0.0.1 REGIONAL'],
    ['$context.error.message $context.error.messageString $context.waf.status', '- - -'],
    ['$context.authorizer.claims.sub $context.authorizer.error $context.xrayTraceId', '- - -'],
    ['$context.customDomain.basePathMatched', '(none)'],
    ['"$context.identity.userAgent"', '"me "x""'],
    ['$context.identity $context.constructor $context.toString $context', '- - - $context'],
    ['{"a":$context.status,"b":"${context.stage}"}', '{"a":200,"b":"dev"}'],
    ['$context.stage-$context.stage.$context.stage:', 'dev-dev.dev:'],
    ['$stageVariables.none', '-'],
  ])('%s', async (format, expected) => {
    expect(await line(format, {}, { returns: { body: 'hi' } })).toBe(expected);
  });

  test.each([
    ['$context.requestTime', /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/],
    ['$context.requestTimeEpoch', /^\d{13}$/],
    [
      '$context.responseLatency $context.integrationLatency $context.integration.latency',
      /^\d+ \d+ \d+$/,
    ],
    ['$context.awsEndpointRequestId $context.integration.requestId', new RegExp(`^(${uuid}) \\1$`)],
    ['$context.extendedRequestId', /^[\w+/]{15}=$/],
  ])('%s has the form of its kind', async (format, form) => {
    expect(await line(format)).toMatch(form);
  });

  test.each([204, 304])('counts no byte of a body that %i does not send', async (statusCode) => {
    expect(await line('$context.responseLength', {}, { returns: { statusCode, body: 'hi' } })).toBe(
      '0',
    );
  });

  test('holds what a template has overridden, names with a dash too', async () => {
    const setup = {
      routes: [{ route: 'GET /a', mock: true }],
      requestTemplates: {
        'application/json': '#set($context.responseOverride.header.X-A = "b"){"statusCode": 200}',
      },
      integrationResponses: [{ statusCode: '200' }],
      accessLogFormat: '$context.requestId $context.responseOverride.header.X-A',
    };
    const { gateway } = await ask(setup, { path: '/a' });
    expect(gateway.logs[0]!.message.slice(37)).toBe('b');
  });

  test('of an unknown route knows no resource', async () => {
    const format =
      '$context.httpMethod $context.resourcePath $context.resourceId $context.integrationLatency';
    expect(await line(format, { path: '/nope' })).toBe('GET - - -');
  });
});

describe('the execution log', () => {
  const lines = async (LoggingLevel: string, fn: object, more = {}) => {
    const setup = {
      routes: [{ route: 'GET /a', fn }],
      methodSettings: { '*/*': { LoggingLevel, ...more } },
    };
    const { gateway } = await ask(setup, { path: '/a' });
    for (const { logGroup } of gateway.logs)
      expect(logGroup).toBe(`API-Gateway-Execution-Logs_${apiId}/dev`);
    return gateway.logs.map(({ message }) => message.replace(new RegExp(`^\\(${uuid}\\) `), ''));
  };

  test('at ERROR holds failures as AWS writes them', async () => {
    expect(await lines('ERROR', { throws: 'boom' })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: ${uuid}$`,
        ),
      ),
      'Method completed with status: 502',
    ]);
    expect(await lines('ERROR', { returns: [] })).toEqual([
      'Execution failed due to configuration error: Malformed Lambda proxy response',
      'Method completed with status: 502',
    ]);
    expect(await lines('ERROR', { returns: {} })).toEqual([]);
  });

  test('knows nothing of a request that met no method', async () => {
    const methodSettings = { '*/*': { LoggingLevel: 'INFO' } };
    const { gateway } = await ask(
      { routes: [{ route: 'GET /a' }], methodSettings },
      { path: '/nope' },
    );
    expect(gateway.logs).toEqual([]);
  });

  test('at OFF holds nothing, at INFO the course of a request', async () => {
    expect(await lines('OFF', { throws: 'boom' })).toEqual([]);
    const info = await lines('INFO', { returns: { body: 'secret' } });
    expect(info).toContain('HTTP Method: GET, Resource Path: /a');
    expect(info).toContainEqual(
      expect.stringMatching(/^Received response. Status: 200, Integration latency: \d+ ms$/),
    );
    expect(info.at(-1)).toBe('Method completed with status: 200');
    expect(info.join()).not.toContain('secret');
  });

  test('holds data only where data trace is on, and cuts lines at 1,024 bytes', async () => {
    const traced = await lines('INFO', { returns: { body: 'secret' } }, { DataTraceEnabled: true });
    expect(traced.join()).toContain('secret');
    const setup = {
      routes: [{ route: 'GET /a', fn: { returns: { body: 'é'.repeat(2000) } } }],
      methodSettings: { '*/*': { LoggingLevel: 'INFO', DataTraceEnabled: true } },
    };
    const { gateway } = await ask(setup, { path: '/a' });
    const sizes = gateway.logs.map(({ message }) => Buffer.byteLength(message));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024);
  });
});

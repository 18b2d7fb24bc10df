import { describe, expect, test } from '@jest/globals';
import { ask, type RawRequest, startGateway, token } from './testing/harness.ts';
import type { ApiSetup } from './testing/stage.ts';

const mock = async (setup: Partial<ApiSetup>, request: Partial<RawRequest> = {}) => {
  const { response } = await ask(
    {
      routes: [{ route: 'ANY /m/{id}', mock: true }],
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      integrationResponses: [{ statusCode: '200' }],
      ...setup,
    },
    { path: '/m/7', ...request },
  );
  return response;
};

const body = (template: string, request: Partial<RawRequest> = {}, more: Partial<ApiSetup> = {}) =>
  mock(
    {
      integrationResponses: [
        { statusCode: '200', ResponseTemplates: { 'application/json': template } },
      ],
      ...more,
    },
    request,
  );

describe('a preflight as CDK writes it', () => {
  /** What addCorsPreflight makes of two origins. */
  const preflight: Partial<ApiSetup> = {
    requestTemplates: { 'application/json': '{ statusCode: 200 }' },
    integrationResponses: [
      {
        statusCode: '204',
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Headers': "'Authorization'",
          'method.response.header.Access-Control-Allow-Origin': "'https://a.example'",
          'method.response.header.Vary': "'Origin'",
        },
        ResponseTemplates: {
          'application/json':
            '#set($origin = $input.params().header.get("Origin"))\n#if($origin == "")\n  #set($origin = $input.params().header.get("origin"))\n#end\n#if($origin == "https://b.example")\n  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end',
        },
      },
    ],
  };

  test.each([
    [{ Origin: 'https://a.example' }, 'https://a.example'],
    [{ Origin: 'https://b.example' }, 'https://b.example'],
    [{ origin: 'https://b.example' }, 'https://b.example'],
    [{ Origin: 'https://evil.example' }, 'https://a.example'],
    [{}, 'https://a.example'],
  ])('for %j allows %s', async (headers, allowed) => {
    const response = await mock(preflight, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': allowed,
      'access-control-allow-headers': 'Authorization',
      vary: 'Origin',
    });
    expect(response.headers['x-amz-apigw-id']).toBeDefined();
  });
});

describe('the integration response', () => {
  const responses = [
    { statusCode: '200' },
    { statusCode: '400', selectionPattern: '4\\d\\d' },
    { statusCode: '404', selectionPattern: '40.' },
  ];
  test.each([
    [200, 200],
    [404, 404],
    [418, 400],
    [500, 200],
    [4040, 200],
  ])('for the status %i has %i', async (statusCode, expected) => {
    const requestTemplates = { 'application/json': `{"statusCode": ${statusCode}}` };
    const response = await mock({ requestTemplates, integrationResponses: responses });
    expect(response.status).toBe(expected);
  });

  test.each([
    '{"statusCode": "200"}',
    '{"statusCode": 2.5}',
    '{',
    '',
    '[]',
    'null',
    '#set($a.b.c = 1)',
  ])('is missing for the request template %s', async (template) => {
    const requestTemplates = { 'application/json': template };
    const response = await mock({ requestTemplates });
    expect([response.status, response.text]).toEqual([500, '{"message": "Internal server error"}']);
  });

  test('is found in JSON whose text looks like names without quotes', async () => {
    const template = '{"statusCode": 200, "message": "none, a: b {c: d", e: 1}';
    const response = await mock({ requestTemplates: { 'application/json': template } });
    expect(response.status).toBe(200);
  });

  test('can be overridden by both templates', async () => {
    const response = await mock({
      requestTemplates: {
        'application/json': '#set($context.responseOverride.status = 444){"statusCode": 200}',
      },
      integrationResponses: [
        {
          statusCode: '200',
          ResponseParameters: { 'method.response.header.X-A': "'mapped'" },
          ResponseTemplates: {
            'text/plain': '#set($context.responseOverride.header.x-a = "set")done',
          },
        },
      ],
    });
    expect([response.status, response.text]).toEqual([444, 'done']);
    expect(response.headers).toMatchObject({ 'x-a': 'set', 'content-type': 'text/plain' });
  });

  test.each(['"abc"', '42', '1000'])('cannot be overridden by the status %s', async (status) => {
    const template = `#set($context.responseOverride.status = ${status})`;
    expect((await body(template)).status).toBe(500);
  });

  test.each([
    ['text/html', 'text/html', '<b>'],
    ['text/html;q=0.9, */*', 'text/html', '<b>'],
    ['image/png', 'application/json', '{}'],
    [undefined, 'application/json', '{}'],
  ])('to Accept %s is %s', async (accept, type, text) => {
    const ResponseTemplates = { 'text/html': '<b>', 'application/json': '{}' };
    const integrationResponses = [{ statusCode: '200', ResponseTemplates }];
    const response = await mock(
      { integrationResponses },
      { headers: accept ? { Accept: accept } : {} },
    );
    expect([response.headers['content-type'], response.text]).toEqual([type, text]);
  });

  test('leaves the framing of the message to the gateway', async () => {
    const response = await body('#set($context.responseOverride.header.Content-Length = 2)hello');
    expect([response.headers['content-length'], response.text]).toEqual(['5', 'hello']);
  });

  test('leaves out a header without a value', async () => {
    const ResponseParameters = {
      'method.response.header.X-Id': 'context.requestId',
      'method.response.header.X-Body': 'integration.response.body.x',
    };
    const response = await mock({
      integrationResponses: [{ statusCode: '200', ResponseParameters }],
    });
    expect(response.headers['x-id']).toBe(response.headers['x-amzn-requestid']);
    expect(response.headers).not.toHaveProperty('x-body');
  });
});

describe('content types', () => {
  const post = (type: string) => ({
    method: 'POST',
    body: '{"statusCode": 200}',
    headers: { 'Content-Type': type },
  });
  test.each([
    ['application/json; charset=utf-8', 'NEVER', 200],
    ['text/plain', 'NEVER', 415],
    ['text/plain', 'WHEN_NO_TEMPLATES', 415],
    ['text/plain', 'WHEN_NO_MATCH', 200],
  ])('%s with %s', async (type, passthrough, status) => {
    expect((await mock({ passthrough }, post(type))).status).toBe(status);
  });

  test.each([
    ['NEVER', 415],
    ['WHEN_NO_TEMPLATES', 200],
    ['WHEN_NO_MATCH', 200],
  ])('without any template, %s', async (passthrough, status) => {
    expect((await mock({ passthrough, requestTemplates: {} }, post('text/plain'))).status).toBe(
      status,
    );
  });

  test('binary ones break it, unless they are converted to text', async () => {
    const binaryMediaTypes = ['*/*'];
    expect((await mock({ binaryMediaTypes })).status).toBe(500);
    expect((await mock({ binaryMediaTypes, contentHandling: 'CONVERT_TO_TEXT' })).status).toBe(200);
  });
});

describe('a mapping template', () => {
  test.each([
    ['$context.resourcePath $context.identity.sourceIp', '/m/{id} 127.0.0.1'],
    [
      "$input.params('id') $input.params('q') $input.params('X-H') [$input.params('none')]",
      '7 2 h []',
    ],
    [
      '#foreach($k in $input.params().querystring.keySet())$k=$input.params().querystring.get($k);#end',
      'q=2;r=3;',
    ],
    ['$stageVariables.v', 'var'],
    ['[$context.nothing][$nothing]', '[][]'],
    [
      "$util.escapeJavaScript('it\"s') $util.base64Encode('hi') $util.base64Decode('aGk=')",
      'it\\"s aGk= hi',
    ],
    ["$util.urlEncode('a b&') $util.urlDecode('a+b%26')", 'a+b%26 a b&'],
    ['#set($o = $util.parseJson(\'{"a":{"b":[1,2]}}\'))$o.a.b[1]', '2'],
    [
      '#set($s = "abc")#if($s.matches("a.")||$s.equals("x"))no#{else}$s.replaceAll("[ab]","x")#end',
      'xxc',
    ],
    [
      '#set($m = $input.params().querystring)$m.containsKey("q") $m.containsKey("x") $m.get("q").isEmpty() $m.get("x").isEmpty() $m.get("q").equalsIgnoreCase("2")',
      'true false false true true',
    ],
  ])('%s', async (template, text) => {
    const request = { path: '/m/7?q=2&r=3', headers: { 'X-H': 'h' } };
    const response = await body(template, request, { stageVariables: { v: 'var' } });
    expect(response.text).toBe(text);
  });

  test('prints nothing for all claims at once', async () => {
    const response = await body(
      "[$context.authorizer.claims][$context.authorizer.claims.sub][$context.authorizer.claims['custom:x']]",
      {
        headers: { Authorization: token({ token_use: 'id', exp: 4e9, sub: 's', 'custom:x': 'x' }) },
      },
      { routes: [{ route: 'ANY /m/{id}', mock: true, auth: 'COGNITO' }] },
    );
    expect(response.text).toBe('[][s][x]');
  });

  test.each([
    ["$input.path('$.statusCode')", '201'],
    ["#if($input.json('$.list[1].a') == '\"x\"')201#{else}500#end", '201'],
    ["$input.path('$')['statusCode']", '201'],
  ])('reads the request’s body: %s', async (expression, status) => {
    const response = await mock(
      {
        requestTemplates: { 'application/json': `{"statusCode": ${expression}}` },
        integrationResponses: [
          { statusCode: '200' },
          { statusCode: '201', selectionPattern: '201' },
        ],
      },
      { method: 'POST', body: '{"statusCode": 201, "list": [1, {"a": "x"}]}' },
    );
    expect(`${response.status}`).toBe(status);
  });

  test('that cannot be parsed is refused at the start, naming the method', async () => {
    const setup = {
      routes: [{ route: 'GET /m', mock: true }],
      requestTemplates: { 'application/json': '#if($a' },
    };
    await expect(startGateway(setup)).rejects.toThrow(
      /^AWS::ApiGateway::Method GETm: a mapping template is broken: .+$/,
    );
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { LoopbackServer } from '../http/loopback-server.ts';
import type { Properties } from '../template/resource.ts';
import { stageOf } from '../template/stage-of.ts';
import { createWeb } from './web.ts';

const directory = mkdtempSync(join(tmpdir(), 'web-'));
const site = join(directory, 'site');
const script = 'console.log(1);'.repeat(100);
mkdirSync(join(site, 'assets'), { recursive: true });
writeFileSync(join(site, 'index.html'), '<h1>Items</h1>');
writeFileSync(join(site, 'assets', 'app-5F3A9C1E.js'), script);
writeFileSync(join(site, 'a b.txt'), 'space');
writeFileSync(join(site, 'site-overview.html'), '<h1>Overview</h1>');
writeFileSync(join(directory, 'secret.txt'), 'secret');
symlinkSync(join(directory, 'secret.txt'), join(site, 'link.txt'));

const policy = {
  SecurityHeadersConfig: {
    ContentSecurityPolicy: {
      ContentSecurityPolicy:
        "default-src 'none'; connect-src 'self' https://*.execute-api.eu-west-1.amazonaws.com https://manara-dev.auth.eu-west-1.amazoncognito.com https://cdn.example.com; upgrade-insecure-requests",
      Override: true,
    },
    ContentTypeOptions: { Override: true },
    FrameOptions: { FrameOption: 'DENY', Override: true },
    ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
    StrictTransportSecurity: {
      AccessControlMaxAgeSec: 63072000,
      IncludeSubdomains: true,
      Override: true,
    },
  },
  CustomHeadersConfig: {
    Items: [
      { Header: 'Cross-Origin-Opener-Policy', Value: 'same-origin', Override: true },
      { Header: 'Cache-Control', Value: 'no-store', Override: false },
    ],
  },
};

/** Navigations get the page; `/old` is answered by the function itself. */
const rewrite = `function handler(event) {
  var request = event.request;
  if (request.uri === '/old') {
    return { statusCode: 301, statusDescription: 'Moved', headers: { location: { value: '/?was=' + request.querystring.q.value } } };
  }
  if (request.uri === '/globals') return { statusCode: 200, body: typeof process + typeof require + typeof fetch };
  if (!request.uri.includes('.')) request.uri = '/index.html';
  return request;
}`;

const behaviour = {
  Compress: true,
  ResponseHeadersPolicyId: 'policy',
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'arn:local:rewrite' }],
};

const template = (
  distribution: Properties = {},
  changes: { readonly policy?: Properties; readonly code?: Properties } = {},
) =>
  stageOf([
    {
      type: 'AWS::CloudFront::Distribution',
      logicalId: 'Site',
      properties: {
        DistributionConfig: {
          DefaultRootObject: 'index.html',
          Origins: [{ Id: 'bucket', S3OriginConfig: {} }],
          DefaultCacheBehavior: behaviour,
          ...distribution,
        },
      },
    },
    {
      type: 'AWS::CloudFront::ResponseHeadersPolicy',
      ref: 'policy',
      properties: { ResponseHeadersPolicyConfig: { ...policy, ...changes.policy } },
    },
    {
      type: 'AWS::CloudFront::Function',
      ref: 'rewrite',
      properties: { FunctionCode: rewrite, ...changes.code },
    },
    {
      type: 'AWS::Cognito::UserPoolClient',
      ref: 'web-client',
      properties: { AllowedOAuthFlows: ['code'], AllowedOAuthScopes: ['items/read'] },
    },
  ]);

const running: LoopbackServer[] = [];
async function start(stage = template(), folder = site, port = 0) {
  const web = await createWeb({
    stage,
    port,
    directory: folder,
    apiUrl: 'http://127.0.0.1:4001/dev',
    signInUrl: 'http://127.0.0.1:4004',
    controlUrl: 'http://127.0.0.1:4002',
  });
  running.push(web);
  return web;
}
afterAll(async () => {
  await Promise.all(running.map((web) => web.close()));
  rmSync(directory, { recursive: true });
});

/** A request with the path exactly as given; fetch would tidy it up. */
const raw = (web: LoopbackServer, path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>(
    (resolve, reject) => {
      const { port } = new URL(web.url);
      request({ host: '127.0.0.1', port, path, headers }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      })
        .on('error', reject)
        .end();
    },
  );

describe('the web front end', () => {
  test('delivers the root object with the headers of the policy', async () => {
    const { status, headers, body } = await raw(await start(), '/');
    expect(status).toBe(200);
    expect(body.toString()).toBe('<h1>Items</h1>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; connect-src 'self' http://127.0.0.1:4001 http://127.0.0.1:4004 https://cdn.example.com",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  test('lets a header of the policy win only where it says so', async () => {
    const item = { Header: 'Cache-Control', Value: 'no-store', Override: true };
    const overriding = { policy: { CustomHeadersConfig: { Items: [item] } } };
    const { headers } = await raw(await start(template({}, overriding)), '/');
    expect(headers['cache-control']).toBe('no-store');
  });

  test('puts custom domains of the API and of sign-in into the policy as well', async () => {
    const domains = [
      { type: 'AWS::ApiGateway::DomainName', properties: { DomainName: 'api.example.com' } },
      { type: 'AWS::Cognito::UserPoolDomain', properties: { Domain: 'auth.example.com' } },
    ];
    const csp = {
      ContentSecurityPolicy:
        'connect-src https://api.example.com https://auth.example.com https://api.example.com.evil.org',
      Override: true,
    };
    const { resources } = template(
      {},
      { policy: { SecurityHeadersConfig: { ContentSecurityPolicy: csp } } },
    );
    const { headers } = await raw(await start(stageOf([...resources, ...domains])), '/');
    expect(headers['content-security-policy']).toBe(
      'connect-src http://127.0.0.1:4001 http://127.0.0.1:4004 https://api.example.com.evil.org',
    );
  });

  test('runs the rewrite function, which may answer itself and sees none of Node', async () => {
    const web = await start();
    expect((await raw(web, '/items/01J/edit')).body.toString()).toBe('<h1>Items</h1>');
    const moved = await raw(web, '/old?q=a%20b');
    expect([moved.status, moved.headers['location']]).toEqual([301, '/?was=a b']);
    expect((await raw(web, '/globals')).body.toString()).toBe('undefinedundefinedundefined');
  });

  test.each([
    ['/assets/app-5F3A9C1E.js', 'public, max-age=31536000, immutable'],
    ['/index.html', 'no-cache'],
    ['/config.json', 'no-cache'],
    ['/site-overview.html', 'public, max-age=3600'],
    ['/a%20b.txt', 'public, max-age=3600'],
  ])('lets %s be kept as a deployment does: %s', async (path, cacheControl) => {
    const { status, headers } = await raw(await start(), path);
    expect([status, headers['cache-control']]).toEqual([200, cacheControl]);
  });

  test.each([
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip;q=0.5', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['identity', undefined, (body: Buffer) => body],
  ])('compresses for %j', async (accept, encoding, decompress) => {
    const { headers, body } = await raw(await start(), '/assets/app-5F3A9C1E.js', {
      'accept-encoding': accept,
    });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['vary']).toBe('accept-encoding');
    expect(decompress(body).toString()).toBe(script);
  });

  test('does not compress what is small', async () => {
    expect((await raw(await start(), '/', { 'accept-encoding': 'br' })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  test('answers 304 to a known ETag', async () => {
    const web = await start();
    const path = '/assets/app-5F3A9C1E.js';
    const { etag } = (await raw(web, path)).headers;
    const again = await raw(web, path, { 'if-none-match': String(etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await raw(web, path, { 'if-none-match': '"other"' })).status).toBe(200);
    expect((await raw(web, path, { 'if-none-match': `"other", W/${etag}` })).status).toBe(304);
    const compressed = { 'accept-encoding': 'br', 'if-none-match': String(etag) };
    expect((await raw(web, path, compressed)).status).toBe(304);
  });

  test('knows no answer that has no ETag', async () => {
    expect((await raw(await start(), '/globals', { 'if-none-match': '' })).status).toBe(200);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '/%00.txt',
    '/%E0%A4%A.txt',
    '/assets/x.txt',
    '//127.0.0.1/secret.txt',
  ])('denies %s', async (path) => {
    const { status, body } = await raw(await start(), path);
    expect([status, body.toString()]).toEqual([403, 'Access Denied\n']);
  });

  test('finds names with encoded signs', async () => {
    expect((await raw(await start(), '/a%20b.txt')).body.toString()).toBe('space');
  });

  test('shows the custom error page where the distribution has one', async () => {
    const CustomErrorResponses = [
      { ErrorCode: 500, ResponseCode: 200, ResponsePagePath: '/site-overview.html' },
      { ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/index.html' },
    ];
    const { status, body, headers } = await raw(
      await start(template({ CustomErrorResponses })),
      '/no.txt',
    );
    expect([status, body.toString()]).toEqual([404, '<h1>Items</h1>']);
    expect(headers['x-frame-options']).toBe('DENY');
  });

  test('does not take an error page for a page that is known', async () => {
    const CustomErrorResponses = [
      { ErrorCode: 403, ResponseCode: 404, ResponsePagePath: '/index.html' },
    ];
    const web = await start(template({ CustomErrorResponses, DefaultCacheBehavior: {} }));
    const { etag } = (await raw(web, '/')).headers;
    expect(etag).toEqual(expect.any(String));
    expect((await raw(web, '/no.txt', { 'if-none-match': String(etag) })).status).toBe(404);
  });

  test('takes GET and HEAD only', async () => {
    const web = await start();
    const head = await fetch(web.url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(web.url, { method: 'POST', body: '{}' })).status).toBe(403);
  });

  test('tells the front end where the local API and sign-in are', async () => {
    const answer = await fetch(`${(await start()).url}/config.json`);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(await answer.json()).toEqual({
      stage: 'dev',
      apiUrl: 'http://127.0.0.1:4001/dev',
      signInUrl: 'http://127.0.0.1:4004',
      clientId: 'web-client',
      scopes: ['items/read'],
    });
  });
});

describe('without a front end', () => {
  test.each([
    ['the template has no distribution', stageOf([]), site],
    ['the site is not built', template(), join(directory, 'missing')],
  ])('says so on one page where %s', async (_, stage, folder) => {
    const web = await start(stage, folder);
    const { status, body } = await raw(web, '/');
    expect(status).toBe(200);
    expect(body.toString()).toContain('not built yet');
    expect(body.toString()).toContain('http://127.0.0.1:4001/dev/health');
    expect((await raw(web, '/x')).status).toBe(404);
  });
});

describe('starting', () => {
  test.each<[string, ReturnType<typeof template>, RegExp]>([
    [
      'another origin',
      template({ Origins: [{ Id: 'api', CustomOriginConfig: {} }] }),
      /Site: the origin api, which is no bucket, is not emulated/,
    ],
    [
      'Lambda@Edge',
      template({ DefaultCacheBehavior: { LambdaFunctionAssociations: [{}] } }),
      /LambdaFunctionAssociations is not emulated/,
    ],
    [
      'a viewer response function',
      template({
        DefaultCacheBehavior: { FunctionAssociations: [{ EventType: 'viewer-response' }] },
      }),
      /a function on viewer-response is not emulated/,
    ],
    [
      'a managed policy',
      template({ DefaultCacheBehavior: { ResponseHeadersPolicyId: '67f7725c' } }),
      /ResponseHeadersPolicyId 67f7725c is not emulated/,
    ],
    [
      'several behaviours',
      template({ CacheBehaviors: [{ PathPattern: 'assets/*' }] }),
      /Site: CacheBehaviors is not emulated/,
    ],
    [
      'headers that are removed',
      template({}, { policy: { RemoveHeadersConfig: { Items: [{ Header: 'ETag' }] } } }),
      /RemoveHeadersConfig is not emulated/,
    ],
    [
      'a security header that nobody knows',
      template({}, { policy: { SecurityHeadersConfig: { Moat: {} } } }),
      /Moat is not emulated/,
    ],
    [
      'CORS headers',
      template({}, { policy: { CorsConfig: { OriginOverride: true } } }),
      /CorsConfig is not emulated/,
    ],
    [
      'a key value store',
      template({}, { code: { FunctionConfig: { KeyValueStoreAssociations: [{}] } } }),
      /KeyValueStoreAssociations is not emulated/,
    ],
    [
      'an import',
      template({}, { code: { FunctionCode: "import cf from 'cloudfront';" } }),
      /rewrite: import is not emulated/,
    ],
    [
      'code that does not end',
      template({}, { code: { FunctionCode: 'for (;;) {}' } }),
      /^AWS::CloudFront::Function rewrite: .*timed out/,
    ],
    [
      'code that does not compile',
      template({}, { code: { FunctionCode: 'function (' } }),
      /^AWS::CloudFront::Function rewrite: [^\n]*$/,
    ],
  ])('refuses a template with %s', async (_, stage, message) => {
    await expect(start(stage)).rejects.toThrow(message);
  });

  test('says in one line that the port is taken', async () => {
    const port = Number(new URL((await start()).url).port);
    await expect(start(template(), site, port)).rejects.toThrow(
      /^Port \d+ \(web front end\) is in use[^\n]*$/,
    );
  });

  test('survives a function that loops or throws', async () => {
    const code = {
      FunctionCode:
        'function handler(event) { if (event.request.uri === "/loop") for (;;) {} throw new Error("no"); }',
    };
    const web = await start(template({}, { code }));
    const written = jest.spyOn(console, 'error').mockImplementation(() => {});
    expect((await raw(web, '/loop')).status).toBe(503);
    expect((await raw(web, '/throw')).status).toBe(503);
    expect(written.mock.calls).toEqual([
      [expect.stringContaining('at /loop: ')],
      ['The CloudFront function failed at /throw: Error: no'],
    ]);
    written.mockRestore();
  });
});

/** A bucket on the loopback interface for tests: the five S3 operations that the commands use, spoken by the real client. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly body: string;
  readonly contentType?: string;
  readonly cacheControl?: string;
}

export interface S3Stub {
  readonly url: string;
  readonly objects: Map<string, StoredObject>;
  /** Keys in the order in which they were put. */
  readonly puts: readonly string[];
  /** Keys that may not be deleted. */
  readonly locked: Set<string>;
  /** Names of buckets that do not exist. */
  readonly gone: Set<string>;
  /** Called before each PUT takes effect; what it returns is waited for, and a rejection breaks the connection. */
  onPut: (count: number) => Promise<void>;
  close(): Promise<void>;
}

/** @param pageSize keys per page of a listing */
export async function startS3Stub(pageSize = 3): Promise<S3Stub> {
  const objects = new Map<string, StoredObject>();
  const puts: string[] = [];

  async function put(key: string, { headers }: IncomingMessage, body: string): Promise<string> {
    await stub.onPut(puts.length);
    puts.push(key);
    const { 'content-type': contentType, 'cache-control': cacheControl } = headers;
    objects.set(key, { body, contentType, cacheControl });
    return '';
  }

  function remove(request: string): string {
    const keys = [...request.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key as string);
    const [refused, free] = [true, false].map((is) =>
      keys.filter((key) => stub.locked.has(key) === is),
    ) as [string[], string[]];
    for (const key of free) objects.delete(key);
    const errors = refused.map(
      (key) => `<Error><Key>${key}</Key><Message>Access Denied</Message></Error>`,
    );
    return `<DeleteResult>${errors.join('')}</DeleteResult>`;
  }

  function versions(): string {
    const keys = [...objects.keys()].slice(0, pageSize);
    const found = keys.map(
      (key) => `<Version><Key>${key}</Key><VersionId>null</VersionId></Version>`,
    );
    const truncated = objects.size > pageSize;
    return `<ListVersionsResult><IsTruncated>${truncated}</IsTruncated>${found.join('')}</ListVersionsResult>`;
  }

  function list(after: string): string {
    const keys = [...objects.keys()].sort().filter((key) => key > after);
    const page = keys.slice(0, pageSize);
    const found = page.map((key) => `<Contents><Key>${key}</Key></Contents>`);
    const next = keys.length > pageSize ? page.at(-1) : '';
    return `<ListBucketResult>${found.join('')}<NextContinuationToken>${next}</NextContinuationToken></ListBucketResult>`;
  }

  async function answer(request: IncomingMessage): Promise<string | undefined> {
    const { pathname, searchParams } = new URL(request.url as string, 'http://stub');
    const [, bucket = '', ...path] = pathname.split('/');
    const key = decodeURIComponent(path.join('/'));
    const body = await text(request);
    if (stub.gone.has(bucket)) return undefined;
    if (request.method === 'PUT') return put(key, request, body);
    if (request.method === 'POST') return remove(body);
    if (searchParams.has('versions')) return versions();
    if (searchParams.has('list-type')) return list(searchParams.get('continuation-token') ?? '');
    return objects.get(key)?.body;
  }

  const server = createServer(async (request, response) => {
    try {
      const found = await answer(request);
      const missing = /^\/[^/]+\/?(\?|$)/.test(request.url as string)
        ? 'NoSuchBucket'
        : 'NoSuchKey';
      response.statusCode = found === undefined ? 404 : 200;
      response.end(found ?? `<Error><Code>${missing}</Code></Error>`);
    } catch {
      request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stub: S3Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    puts,
    locked: new Set(),
    gone: new Set(),
    onPut: async () => {},
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}

export const s3ClientOf = (url: string): S3Client =>
  new S3Client({
    endpoint: url,
    forcePathStyle: true,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

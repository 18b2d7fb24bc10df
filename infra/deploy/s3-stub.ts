/** A bucket on the loopback interface for tests: the five S3 operations that the commands use, spoken by the real client. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
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
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url as string, 'http://stub');
    const [, bucket = '', ...path] = pathname.split('/');
    const key = decodeURIComponent(path.join('/'));
    const body = (await buffer(request)).toString();
    if (stub.gone.has(bucket)) {
      xml(response, 404, '<Error><Code>NoSuchBucket</Code></Error>');
    } else if (request.method === 'PUT') {
      try {
        await stub.onPut(puts.length);
      } catch {
        request.socket.destroy();
        return;
      }
      puts.push(key);
      objects.set(key, storedObject(request, body));
      response.end();
    } else if (request.method === 'POST') {
      const keys = [...body.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, name]) => name as string);
      const refused = keys.filter((name) => stub.locked.has(name));
      for (const name of keys) {
        if (!refused.includes(name)) objects.delete(name);
      }
      xml(response, 200, `<DeleteResult>${refused.map(denied).join('')}</DeleteResult>`);
    } else if (searchParams.has('versions')) {
      xml(response, 200, versions([...objects.keys()].slice(0, pageSize), objects.size > pageSize));
    } else if (searchParams.has('list-type')) {
      const after = searchParams.get('continuation-token') ?? '';
      xml(
        response,
        200,
        listing(
          [...objects.keys()].sort().filter((name) => name > after),
          pageSize,
        ),
      );
    } else {
      const object = objects.get(key);
      object
        ? response.end(object.body)
        : xml(response, 404, '<Error><Code>NoSuchKey</Code></Error>');
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

const storedObject = ({ headers }: IncomingMessage, body: string): StoredObject => ({
  body,
  contentType: headers['content-type'],
  cacheControl: headers['cache-control'],
});

const denied = (key: string) =>
  `<Error><Key>${key}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`;

const listing = (keys: readonly string[], pageSize: number) => {
  const page = keys.slice(0, pageSize);
  const next =
    keys.length > pageSize ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<ListBucketResult>${next}${page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('')}</ListBucketResult>`;
};

const versions = (keys: readonly string[], truncated: boolean) =>
  `<ListVersionsResult><IsTruncated>${truncated}</IsTruncated>${keys
    .map((key) => `<Version><Key>${key}</Key><VersionId>null</VersionId></Version>`)
    .join('')}</ListVersionsResult>`;

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
}

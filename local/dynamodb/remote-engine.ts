/** Another DynamoDB engine behind a URL, such as AWS's own DynamoDB Local. It is asked under one fixed key: callers are checked before. */
import { Agent, request } from 'node:http';
import { internalServerError, type Json } from './aws-error.ts';
import type { Engine } from './engine.ts';

export interface RemoteEngineOptions {
  readonly url: string;
  readonly region: string;
  readonly report: (sentence: string) => void;
}

/** @throws an Error of one line where nothing answers at the URL. */
export async function connectRemoteEngine(options: RemoteEngineOptions): Promise<Engine> {
  const { url, region, report } = options;
  const agent = new Agent({ keepAlive: true });
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const post = (operation: string, input: Json) =>
    new Promise<{ status: number; body: Json }>((resolve, reject) => {
      const headers = {
        authorization,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20260101T000000Z',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      };
      const sent = request(url, { method: 'POST', agent, headers }, async (response) => {
        try {
          const chunks = await response.toArray();
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 500, body: JSON.parse(text) });
        } catch (error) {
          reject(error);
        }
      });
      sent.once('error', reject);
      sent.end(JSON.stringify(input));
    });
  await post('ListTables', {}).catch((error) => {
    throw new Error(
      `No DynamoDB engine answers at ${url} (${error.message}): start it, or leave out --dynamodb`,
    );
  });
  return {
    call: (operation, input) =>
      post(operation, input).catch((error) => {
        report(`DynamoDB ${operation}: the engine at ${url} does not answer (${error.message})`);
        return internalServerError();
      }),
    close: async () => agent.destroy(),
  };
}

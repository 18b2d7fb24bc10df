/** Another DynamoDB engine behind a URL, such as AWS's own DynamoDB Local. It is asked under one fixed key: callers are checked before. */
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
  const scope = `20260101/${region}/dynamodb/aws4_request`;
  const signed = {
    authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20260101T000000Z',
  };
  const post = async (operation: string, input: Json) => {
    const headers = { ...signed, 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const body = JSON.stringify(input);
    const response = await fetch(url, { method: 'POST', headers, body });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const reasonOf = ({ message, cause }: Error) => (cause as NodeJS.ErrnoException)?.code ?? message;
  await post('ListTables', {}).catch((error: Error) => {
    throw new Error(
      `No DynamoDB engine answers at ${url} (${reasonOf(error)}): start it, or leave out --dynamodb`,
    );
  });
  return {
    call: (operation, input) =>
      post(operation, input).catch((error: Error) => {
        report(`DynamoDB ${operation}: the engine at ${url} does not answer (${reasonOf(error)})`);
        return internalServerError();
      }),
    close: async () => undefined,
  };
}

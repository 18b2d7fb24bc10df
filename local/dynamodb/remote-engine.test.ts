import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { connectRemoteEngine } from './remote-engine.ts';

async function standIn(answer: string) {
  const server = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('an engine that stops answering is told in one line, and answered 500', async () => {
  const reports: string[] = [];
  const { url, close } = await standIn('{"TableNames":[]}');
  const report = (sentence: string) => reports.push(sentence);
  const engine = await connectRemoteEngine({ url, region: 'eu-central-1', report });
  expect(await engine.call('ListTables', {})).toEqual({ status: 200, body: { TableNames: [] } });
  await close();
  expect(await engine.call('GetItem', {})).toMatchObject({ status: 500 });
  expect(reports).toEqual([
    expect.stringMatching(/^DynamoDB GetItem: the engine at http:\/\/\S+ does not answer \(\w+\)$/),
  ]);
});

test('what is no engine is refused in one line', async () => {
  const { url, close } = await standIn('<html>');
  const connecting = connectRemoteEngine({ url, region: 'eu-central-1', report: () => undefined });
  await expect(connecting).rejects.toThrow(
    /^No DynamoDB engine answers at \S+ \(.*JSON.*\): start/,
  );
  await close();
});

import { createSocket } from 'node:dgram';
import { expect, jest, test } from '@jest/globals';
import type { SegmentDocument } from '../telemetry/sinks.ts';
import { createXrayDaemon, readDatagram } from './daemon.ts';

const header = '{"format": "json", "version": 1}';
const document = {
  trace_id: '1-6b02ccc0-9ac3bb666824479db23f0334',
  id: '53995c3f42cd8ad8',
  name: 'DynamoDB',
  start_time: 1_798_000_000.25,
};
const text = JSON.stringify(document);

test('a datagram is a header line and a document', () => {
  expect(readDatagram(Buffer.from(`${header}\n${text}`))).toEqual(document);
});

test.each([
  ['no header', text],
  ['another format', `{"format":"xml","version":1}\n${text}`],
  ['another version', `{"format":"json","version":2}\n${text}`],
  ['broken JSON', `${header}\n{`],
  ['no document', `${header}\nnull`],
  ['a document without a trace', `${header}\n{"id":"53995c3f42cd8ad8","start_time":1}`],
  ['a document without a start', `${header}\n{"id":"5","name":"x","trace_id":"1-2-3"}`],
  [
    'a document without a name',
    `${header}\n${text.replace('DynamoDB', '').replace('"name":"",', '')}`,
  ],
  ['an end that is no number', `${header}\n${JSON.stringify({ ...document, end_time: 'now' })}`],
  [
    'subsegments that are no list',
    `${header}\n${JSON.stringify({ ...document, subsegments: 'x' })}`,
  ],
  [
    'a subsegment that is none, at any depth',
    `${header}\n${JSON.stringify({ ...document, subsegments: [{ ...document, subsegments: [null] }] })}`,
  ],
])('%s is dropped', (_what, datagram) => {
  expect(readDatagram(Buffer.from(datagram))).toBeUndefined();
});

test('listens on the loopback interface until it is closed, and says once that it drops something', async () => {
  const received: SegmentDocument[] = [];
  let hear: (document: SegmentDocument) => void = () => {};
  const heard = new Promise<SegmentDocument>((resolve) => {
    hear = resolve;
  });
  const daemon = await createXrayDaemon({
    segment(segment) {
      received.push(segment);
      hear(segment);
    },
  });
  const [host, port] = daemon.address.split(':');
  expect(host).toBe('127.0.0.1');
  const client = createSocket('udp4');
  const written = jest.spyOn(console, 'error').mockImplementation(() => {});
  client.send('nonsense', Number(port), host);
  client.send('more nonsense', Number(port), host);
  client.send(`${header}\n${text}`, Number(port), host);
  await heard;
  expect(received).toEqual([document]);
  expect(written.mock.calls).toEqual([[expect.stringMatching(/^X-Ray: dropped [^\n]*$/)]]);
  written.mockRestore();
  client.close();
  await daemon.close();
});

test('a port in use is an error', async () => {
  const sink = { segment: () => {} };
  const daemon = await createXrayDaemon(sink);
  const port = Number(daemon.address.split(':')[1]);
  await expect(createXrayDaemon(sink, { port })).rejects.toThrow('EADDRINUSE');
  await daemon.close();
});

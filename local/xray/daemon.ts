/**
 * What the X-Ray daemon is to a function: a UDP port that takes segment documents. Source: X-Ray Developer Guide, "Sending trace
 * data to X-Ray" (each datagram is a header line `{"format":"json","version":1}`, a line break, one document).
 */
import { createSocket } from 'node:dgram';
import type { SegmentDocument, TraceSink } from '../telemetry/sinks.ts';

export interface XrayDaemon {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  close(): Promise<void>;
}

const isDocument = (value: SegmentDocument | undefined): value is SegmentDocument =>
  typeof value?.trace_id === 'string' &&
  typeof value.id === 'string' &&
  typeof value.start_time === 'number';

/** The document of a datagram, or undefined where it is none. */
export function readDatagram(datagram: Buffer): SegmentDocument | undefined {
  const end = datagram.indexOf('\n');
  if (end < 0) return undefined;
  try {
    const header = JSON.parse(datagram.toString('utf8', 0, end));
    if (header?.format !== 'json' || header.version !== 1) return undefined;
    const document = JSON.parse(datagram.toString('utf8', end + 1));
    return isDocument(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Listens on the loopback interface (`port` 0: a free one). What is no segment is dropped, as the daemon does. */
export async function createXrayDaemon(
  traces: TraceSink,
  { port = 0 }: { readonly port?: number } = {},
): Promise<XrayDaemon> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.on('message', (datagram) => {
    const document = readDatagram(datagram);
    if (document) traces.segment(document);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

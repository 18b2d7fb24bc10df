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

type Json = Readonly<Record<string, unknown>>;

/** The fields that a segment and each of its subsegments must have ("X-Ray segment documents"), in the form that readers rely on. */
function isNode(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, name, start_time, end_time = 0, subsegments = [] } = value as Json;
  return (
    typeof id === 'string' &&
    typeof name === 'string' &&
    typeof start_time === 'number' &&
    typeof end_time === 'number' &&
    Array.isArray(subsegments) &&
    subsegments.every(isNode)
  );
}

const isDocument = (value: SegmentDocument | null): value is SegmentDocument =>
  isNode(value) && typeof value?.trace_id === 'string';

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

/**
 * Listens on the loopback interface (`port` 0: a free one). What is no segment is dropped, as the daemon does; the first one
 * is said.
 */
export async function createXrayDaemon(
  traces: TraceSink,
  { port = 0 }: { readonly port?: number } = {},
): Promise<XrayDaemon> {
  let hasDropped = false;
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.on('message', (datagram) => {
    const document = readDatagram(datagram);
    if (document) return traces.segment(document);
    if (hasDropped) return;
    hasDropped = true;
    console.error('X-Ray: dropped a datagram that is no segment, and will drop others');
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

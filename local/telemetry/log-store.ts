/**
 * The log groups of the running system. Memory is bounded: each group keeps its newest events. On disk it is an NDJSON file
 * that only grows to a limit, for people and for Logs Insights afterwards; nothing is read back from it.
 */
import {
  createWriteStream,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseFilterPattern } from './filter-pattern/parse-filter-pattern.ts';

/** All times are observability time, ms since the epoch. */
export interface LogEvent {
  readonly logGroup: string;
  readonly logStream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** As CloudWatch Logs' FilterLogEvents takes it. */
export interface LogQuery {
  readonly logGroup: string;
  /** Included. */
  readonly start?: number;
  /** Excluded. */
  readonly end?: number;
  /** A filter pattern; without one all events. */
  readonly filter?: string;
  /** At most and by default 10,000. */
  readonly limit?: number;
  readonly nextToken?: string;
}

export interface FoundEvents {
  readonly events: readonly (Omit<LogEvent, 'logGroup'> & { readonly eventId: string })[];
  readonly nextToken?: string;
}

export interface LogGroup {
  readonly logGroup: string;
  readonly storedBytes: number;
  readonly events: number;
  /** Time of the newest event that is gone, if one is: from here on the group is complete. */
  readonly forgottenUntil?: number;
}

export interface LogStore {
  write(event: LogEvent): void;
  /**
   * Events in order of time, then of arrival.
   * @throws FilterPatternError
   */
  filter(query: LogQuery): FoundEvents;
  groups(): readonly LogGroup[];
  /** Ends the file, if there is one. */
  close(): Promise<void>;
}

export interface LogStoreOptions {
  /** The NDJSON file; without it nothing is written. The one before it is kept with `.1` behind its name. */
  readonly file?: string;
  readonly maxBytesPerGroup?: number;
  readonly maxFileBytes?: number;
}

type Numbered = LogEvent & { readonly sequence: number };

interface StoredGroup {
  bytes: number;
  readonly events: Numbered[];
  forgottenUntil?: number;
}

const pageLimit = 10_000;
const megabyte = 1024 * 1024;

export function createLogStore(options: LogStoreOptions = {}): LogStore {
  const { file, maxBytesPerGroup = 8 * megabyte, maxFileBytes = 128 * megabyte } = options;
  const groups = new Map<string, StoredGroup>();
  const disk = file === undefined ? undefined : appendTo(file, maxFileBytes);
  let sequence = 0;
  return {
    write(event) {
      const group: StoredGroup = groups.get(event.logGroup) ?? { bytes: 0, events: [] };
      groups.set(event.logGroup, group);
      group.events.push({ ...event, sequence: sequence++ });
      group.bytes += Buffer.byteLength(event.message);
      if (group.bytes > maxBytesPerGroup) forgetOldest(group, maxBytesPerGroup);
      disk?.write(event);
    },
    filter({ logGroup, start = 0, end = Infinity, filter = '', limit = pageLimit, nextToken }) {
      const pattern = parseFilterPattern(filter);
      const [afterTime = -1, afterSequence = -1] = (nextToken ?? '').split('-').map(Number);
      const found = (groups.get(logGroup)?.events ?? [])
        .filter(
          ({ timestamp, message, sequence: place }) =>
            timestamp >= start &&
            timestamp < end &&
            (!nextToken ||
              timestamp > afterTime ||
              (timestamp === afterTime && place > afterSequence)) &&
            pattern.match(message),
        )
        .sort((a, b) => a.timestamp - b.timestamp || a.sequence - b.sequence);
      const page = found.slice(0, Math.min(limit, pageLimit));
      const last = page.at(-1);
      return {
        events: page.map(({ logGroup: _, sequence: place, ...event }) => ({
          ...event,
          eventId: String(place).padStart(20, '0'),
        })),
        ...(last &&
          found.length > page.length && { nextToken: `${last.timestamp}-${last.sequence}` }),
      };
    },
    groups: () =>
      [...groups].map(([logGroup, { bytes, events, forgottenUntil }]) => ({
        logGroup,
        storedBytes: bytes,
        events: events.length,
        ...(forgottenUntil !== undefined && { forgottenUntil }),
      })),
    close: () => disk?.close() ?? Promise.resolve(),
  };
}

/** Drops a quarter at once, so that a full group does not move its events with every line. */
function forgetOldest(group: StoredGroup, limit: number): void {
  let kept = 0;
  while (group.bytes > limit * 0.75 && kept < group.events.length - 1) {
    group.bytes -= Buffer.byteLength(group.events[kept++]?.message ?? '');
  }
  const forgotten = group.events.splice(0, kept).map(({ timestamp }) => timestamp);
  group.forgottenUntil = forgotten.reduce((a, b) => Math.max(a, b), group.forgottenUntil ?? 0);
}

/** Lines wait this long for company: a write for each would cost more than all else that is done with it. */
const flushMs = 100;

function appendTo(file: string, maxBytes: number) {
  mkdirSync(dirname(file), { recursive: true });
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let stream: WriteStream | undefined = open();
  let earlier = Promise.resolve();
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  function open(): WriteStream {
    const opened = createWriteStream(file, { fd: openSync(file, 'a') });
    return opened.once('error', (error) => {
      console.error(`Logs are no longer written to ${file}: ${error.message}`);
      stream = undefined;
    });
  }
  const end = () => new Promise<void>((resolve) => (stream ? stream.end(resolve) : resolve()));
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (stream && size > maxBytes) {
      earlier = end();
      renameSync(file, `${file}.1`);
      stream = open();
      size = 0;
    }
    size += lines.length;
    stream?.write(lines);
    lines = '';
  }
  return {
    write({ logGroup, logStream, ...event }: LogEvent): void {
      if (!stream) return;
      lines += `${JSON.stringify({ ...event, logGroup, logStream })}\n`;
      if (size + lines.length > maxBytes) flush();
      else timer ??= setTimeout(flush, flushMs).unref();
    },
    async close() {
      flush();
      await Promise.all([earlier, end()]);
    },
  };
}

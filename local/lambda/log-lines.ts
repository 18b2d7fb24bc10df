/** Splits a process's output into the lines that become log events, whatever the chunks it arrives in. */

/** CloudWatch Logs takes events of up to 1 MiB (CloudWatch Logs User Guide, "quotas"); a longer line becomes several. */
const maxEventBytes = 1024 * 1024;
const newline = 0x0a;

/** Where a part of at most `maxEventBytes` can end without cutting a UTF-8 character (10xxxxxx continues one). */
function cutBefore(bytes: Buffer, end: number): number {
  let cut = end;
  while (cut > 0 && (bytes[cut]! & 0xc0) === 0x80) cut--;
  return cut;
}

/**
 * Feed it chunks; `end` hands over a last line without a line break. A carriage return inside a line is a line break of the
 * same event: that is how the runtime writes a console message of several lines.
 */
export function logLines(emit: (line: string) => void) {
  let parts: Buffer[] = [];
  let size = 0;

  const keep = (bytes: Buffer) => {
    parts.push(bytes);
    size += bytes.length;
  };

  /** Emits full events, and what remains only where the line is over. */
  const flush = (lineIsOver: boolean) => {
    let bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    size = 0;
    while (bytes.length > maxEventBytes) {
      const cut = cutBefore(bytes, maxEventBytes);
      emit(bytes.toString('utf8', 0, cut));
      bytes = bytes.subarray(cut);
    }
    if (!lineIsOver) return keep(bytes);
    const line = bytes.toString('utf8').replace(/\r$/, '');
    if (line !== '') emit(line.includes('\r') ? line.replaceAll('\r', '\n') : line);
  };

  return {
    write(chunk: Buffer) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        flush(true);
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      if (size > 2 * maxEventBytes) flush(false); // a line without end must not fill the memory
    },
    end() {
      if (size > 0) flush(true);
    },
  };
}

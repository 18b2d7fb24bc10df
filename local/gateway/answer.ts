/** What goes back to a client, whoever made it. */
import { validateHeaderName, validateHeaderValue } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Buffer;
}

/** Spelling and order as on the wire; a name may come twice. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** Headers with those of the same name, whatever its case, replaced. */
export function override(headers: Headers, by: Headers): Headers {
  const names = new Set(by.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !names.has(name.toLowerCase())), ...by];
}

const framing = new Set(['connection', 'content-length', 'transfer-encoding']);

/** Whether a mapping may add it, which may copy what a client sent: the message stays whole (assumed). */
export const isMappable = (header: readonly [string, string]): boolean =>
  !framing.has(header[0].toLowerCase()) && isHeader(header);

/** Whether it can stand in the header section without breaking it. */
export function isHeader([name, value]: readonly [string, string]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

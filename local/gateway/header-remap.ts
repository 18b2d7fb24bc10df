/** Header names that do not pass between client and function as they are. AWS: Known issues, the table of headers, and recordings. */
import type { Readings } from './readings.ts';

const set = (names: string) => new Set(names.split(' '));

/** Not handed to the function. Recorded: test_apigateway_header_remapping_aws[AWS_PROXY]. */
export const requestOnly = set(
  'connection content-length content-md5 expect max-forwards proxy-authenticate server te trailer transfer-encoding upgrade www-authenticate x-http-method-override',
);

const remapped = set(
  'authorization connection content-md5 date max-forwards server user-agent www-authenticate x-amzn-requestid x-amzn-trace-id',
);
const dropped = set(
  'content-length expect host proxy-authenticate te trailer transfer-encoding upgrade via',
);
const disputed = set('expect host proxy-authenticate trailer upgrade');

/** The name under which the client gets a function's header; undefined: not at all (the length is always the true one). */
export function clientHeader(name: string, { droppedHeaders }: Readings): string | undefined {
  const lower = name.toLowerCase();
  const disputedRemap = droppedHeaders === 'remapped' && disputed.has(lower);
  if (remapped.has(lower) || disputedRemap) return `x-amzn-Remapped-${name}`;
  return dropped.has(lower) ? undefined : name;
}

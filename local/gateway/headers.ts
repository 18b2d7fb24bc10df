/** Which headers pass between client and function, and under which name. AWS: Known issues, the table of headers; recordings. */
import type { Readings } from './readings.ts';

const set = (names: string) => new Set(names.split(' '));

/**
 * Not handed to the function (recorded: test_apigateway_header_remapping_aws[AWS_PROXY]); the second line because the gateway
 * sets its own.
 */
const withheld = set(
  'connection content-length content-md5 expect max-forwards proxy-authenticate server te trailer transfer-encoding upgrade www-authenticate ' +
    'x-amzn-trace-id x-forwarded-for x-forwarded-port x-forwarded-proto',
);
export const reachesFunction = (name: string): boolean => !withheld.has(name.toLowerCase());

/** The ids at the end are the gateway's own (assumed): an answer never has two of them. */
const remapped = set(
  'authorization connection content-md5 date max-forwards server user-agent www-authenticate ' +
    'x-amz-apigw-id x-amzn-requestid x-amzn-trace-id',
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

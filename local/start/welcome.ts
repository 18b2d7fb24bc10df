/** What `npm start` prints when everything runs: where the parts are, and one request that works when pasted. */
import type { Runtime } from './create-runtime.ts';

export async function welcome(runtime: Runtime, startedInMs: number): Promise<string> {
  const { urls, stage, notEmulated, ignored } = runtime;
  const rows = [
    ['web front end', urls.web],
    ['REST API', urls.api],
    ['telemetry', `${urls.control}/api`],
    ['DynamoDB', urls.dynamodb],
    ['sign-in', urls.signIn],
  ] as const;
  const beside = [...notEmulated].map(([type, count]) => (count > 1 ? `${type} ×${count}` : type));
  return [
    '',
    `Manara (${stage}) runs; started in ${(startedInMs / 1000).toFixed(1)} s. Ctrl-C stops it.`,
    '',
    ...rows.map(([name, url]) => `  ${name.padEnd(14)} ${url}`),
    '',
    'In the template, but off the request path and not emulated:',
    `  ${beside.join(', ') || 'nothing'}`,
    ...ignored.map((what) => `  ${what}`),
    '',
    'Make an item, as alice:',
    '',
    `curl -i ${urls.api}/items -H 'Content-Type: application/json' -d '{"title":"Trim the lamp"}' -H 'Authorization: Bearer ${await runtime.token('alice')}'`,
    '',
  ].join('\n');
}

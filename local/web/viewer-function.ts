/**
 * Runs a CloudFront function on a viewer request (developer guide, "CloudFront Functions event structure").
 * It gets a context of its own without Node's globals. That keeps it honest, it does not lock it in: it is the template's
 * own code.
 */
import { randomUUID } from 'node:crypto';
import { createContext, Script } from 'node:vm';
import type { Call, Reply } from '../http/loopback-server.ts';
import { NotEmulatedError, type Resource } from '../template/resource.ts';

/** The URI to ask the origin for, or the answer that the function makes itself. */
export type ViewerFunction = (call: Call) => Promise<{ readonly uri: string } | Reply>;

/** The function's own limit is about a millisecond of computing; this one is for loops, and spares a busy machine. */
const timeoutMs = 500;

/** @throws NotEmulatedError for a key value store and for imports, an Error of one line for code that does not compile */
export function compileViewerFunction(resource: Resource): ViewerFunction {
  const { FunctionCode = '', FunctionConfig = {} } = resource.properties;
  if (FunctionConfig.KeyValueStoreAssociations?.length > 0) {
    throw new NotEmulatedError(resource, 'KeyValueStoreAssociations');
  }
  if (/^\s*import\b/m.test(FunctionCode)) throw new NotEmulatedError(resource, 'import');
  const sandbox = createContext(
    { console: { log: () => {} } },
    { codeGeneration: { strings: false, wasm: false } },
  );
  const run = new Script('Promise.resolve(handler(JSON.parse(input))).then(JSON.stringify)');
  try {
    new Script(FunctionCode).runInContext(sandbox, { timeout: timeoutMs });
  } catch (error) {
    throw new Error(`${resource.type} ${resource.logicalId}: ${(error as Error).message}`);
  }
  return async (call) => {
    sandbox['input'] = JSON.stringify(eventOf(call));
    const answer = JSON.parse(await run.runInContext(sandbox, { timeout: timeoutMs }));
    return answer.statusCode === undefined ? { uri: answer.uri } : replyOf(answer);
  };
}

function eventOf({ method, url, headers }: Call): object {
  const wrap = (entries: Iterable<readonly [string, unknown]>) =>
    Object.fromEntries([...entries].map(([key, value]) => [key, { value: String(value) }]));
  const { cookie = '', ...others } = headers;
  const cookies = cookie.split(/;\s*/).flatMap((pair) => {
    const [name, ...value] = pair.split('=');
    return name ? [[name, value.join('=')] as const] : [];
  });
  return {
    version: '1.0',
    context: {
      distributionDomainName: url.host,
      distributionId: 'local',
      eventType: 'viewer-request',
      requestId: randomUUID(),
    },
    viewer: { ip: '127.0.0.1' },
    request: {
      method,
      uri: url.pathname,
      querystring: wrap(url.searchParams),
      headers: wrap(Object.entries(others)),
      cookies: wrap(cookies),
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the function may answer anything
function replyOf({ statusCode, headers = {}, body = '' }: any): Reply {
  const values = Object.entries<{ readonly value: string }>(headers);
  return {
    status: statusCode,
    headers: Object.fromEntries(values.map(([key, { value }]) => [key, value])),
    body:
      typeof body === 'object'
        ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
        : body,
  };
}

/**
 * One request to the API: with a token, through the gate, and in the end an answer or a `Problem`. Reads are repeated
 * where that can help; a write is not, because nobody knows whether a lost one has arrived.
 */
import type { Gate } from './gate.ts';
import { codeOf, Problem } from './problem.ts';
import { retryAfter } from './retry-after.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly body: unknown;
  readonly tag: string | undefined;
}

export type ApiClient = (request: ApiRequest) => Promise<ApiAnswer>;

/** Where tokens come from. Both reject with a Problem, `session-ended` where nothing but signing in helps. */
export interface TokenSource {
  token(): Promise<string>;
  /** Another token than the one that was refused. */
  renewed(refused: string): Promise<string>;
}

export interface ApiClientOptions {
  readonly baseUrl: string;
  readonly session: TokenSource;
  readonly gate: Gate;
  readonly fetch?: typeof globalThis.fetch;
}

/** API Gateway gives up after 29 s. */
const timeoutMs = 30_000;
const attempts = 4;
/** Nobody watches a page for longer: then the person is told instead. */
const longestWaitMs = 20_000;
const worthRepeating = [0, 429, 502, 503, 504];

export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, session, gate, fetch = globalThis.fetch } = options;

  async function exchange({ method, path, body, headers }: ApiRequest, token: string) {
    try {
      return await fetch(baseUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      const isLate = Object(cause).name === 'TimeoutError';
      throw new Problem(isLate ? 'timed-out' : 'unreachable', { cause });
    }
  }

  async function attempt(request: ApiRequest): Promise<ApiAnswer> {
    await gate.opened();
    const token = await session.token();
    let response = await exchange(request, token);
    // The gateway refused the token, so nothing has happened yet and a write may be sent again, too.
    if (response.status === 401) response = await exchange(request, await session.renewed(token));
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return { body, tag: response.headers.get('etag') ?? undefined };
    const problem = problemOf(response, body);
    if (problem.retryAfterMs) gate.closeFor(problem.retryAfterMs);
    throw problem;
  }

  return async (request) => {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(request);
      } catch (error) {
        const problem =
          error instanceof Problem ? error : new Problem('internal-error', { cause: error });
        const waitMs = problem.retryAfterMs ?? 0;
        const again = request.method === 'GET' && worthRepeating.includes(problem.status);
        const ended = problem.code === 'session-ended';
        if (!again || ended || tried === attempts || waitMs > longestWaitMs) throw problem;
        // Spread out, so that many pages do not come back at the same moment.
        if (!waitMs) gate.closeFor(2 ** tried * 200 * (0.5 + Math.random()));
      }
    }
  };
}

function problemOf(response: Response, body: unknown): Problem {
  const { type, requestId, errors } = Object(body);
  return new Problem(codeOf(response.status, type), {
    status: response.status,
    reference: response.headers.get('x-request-id') ?? requestId,
    errors: Array.isArray(errors) ? errors : [],
    retryAfterMs: retryAfter(response.headers.get('retry-after'), Date.now()),
  });
}

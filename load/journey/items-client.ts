/** The API as k6 calls it: one function per route, each request named, traced, counted and checked the same way. */
import type { Item, ItemContent } from '../../services/contract/item.ts';
import { type FunctionName, routeKey, routes } from '../../services/contract/routes.ts';
import type { Failure } from './run-settings.ts';
import { traceHeader } from './trace-header.ts';

export interface HttpAnswer {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly error: string;
}

/** k6's `http.request`. */
export type Send = (
  method: string,
  url: string,
  body: string | null,
  params: {
    readonly headers: Record<string, string>;
    readonly tags: Record<string, string>;
    readonly responseType: 'text' | 'none';
  },
) => HttpAnswer;

/** What became of a request, for the books of both sides. */
export type Fate = 'handled' | 'refused' | 'unlogged' | 'failed' | 'lost';

export const fates: readonly Fate[] = ['handled', 'refused', 'unlogged', 'failed', 'lost'];

/**
 * The gateway refuses 401 and 403 by itself; 413, 429 and 431 it may write into neither logs nor metrics (Amazon API
 * Gateway, "Set up CloudWatch logging" and "Quotas"); without an answer nobody knows.
 */
export function fateOf(status: number): Fate {
  if (status === 0) return 'lost';
  if (status >= 500) return 'failed';
  if ([413, 429, 431].includes(status)) return 'unlogged';
  return status === 401 || status === 403 ? 'refused' : 'handled';
}

export interface Observer {
  answered(name: FunctionName, status: number): void;
  /** Whether an answer that came, and is no failure of the service, is what the journey expects. */
  checked(what: string, holds: boolean): void;
  failed(failure: Failure): void;
}

export interface ItemsClientOptions {
  readonly apiUrl: string;
  readonly userAgent: () => string;
  readonly token: () => string;
  readonly send: Send;
  readonly observe: Observer;
  readonly now: () => number;
}

/** Go's words for a request that k6 itself broke off, at the end of a run that is cut short. */
const canceled = 'context canceled';

interface Call {
  readonly id?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly expects: number;
  /** More that must hold of an answer with the expected status. */
  readonly holds?: (answer: HttpAnswer) => boolean;
}

export interface Page {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface Version {
  readonly id: string;
  readonly etag: string;
}

export type ItemsClient = ReturnType<typeof itemsClient>;

export function itemsClient({ apiUrl, userAgent, token, send, observe, now }: ItemsClientOptions) {
  /** @returns the answer if it is the expected one */
  function call(name: FunctionName, { id, query = '', headers, body, expects, holds }: Call) {
    const route = routes[name];
    const path = route.path.replace('{id}', id ?? '');
    const trace = traceHeader(now());
    const answer = send(
      route.method,
      `${apiUrl}${path}${query}`,
      body ? JSON.stringify(body) : null,
      {
        headers: {
          Authorization: `Bearer ${token()}`,
          'User-Agent': userAgent(),
          'X-Amzn-Trace-Id': trace.header,
          ...(body && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        tags: { name: routeKey(route) },
        responseType: name === 'put-item' || name === 'list-items' ? 'text' : 'none',
      },
    );
    if (answer.status === 0 && answer.error.includes(canceled)) return undefined;
    observe.answered(name, answer.status);
    const right = answer.status === expects && (holds?.(answer) ?? true);
    const what = `${routeKey(route)} answers ${expects}`;
    const fate = fateOf(answer.status);
    if (fate === 'handled' || fate === 'refused') observe.checked(what, right);
    if (!right) {
      observe.failed({
        route: routeKey(route),
        status: answer.status,
        what: answer.error || `expected ${expects}`,
        requestId: header(answer, 'x-request-id'),
        traceId: trace.traceId,
        sampled: trace.sampled,
      });
    }
    return right ? answer : undefined;
  }

  return {
    /** @param key its `Idempotency-Key`; `madeBefore` names the item where the key was used already */
    create(content: ItemContent, key: string, madeBefore?: string): Version | undefined {
      const answer = call('put-item', {
        headers: { 'Idempotency-Key': key },
        body: content,
        expects: 201,
        holds: (created) => {
          const { id } = json<Item>(created);
          return madeBefore === undefined ? id !== undefined : id === madeBefore;
        },
      });
      return answer && { id: json<Item>(answer).id ?? '', etag: header(answer, 'etag') };
    },
    /** @param knownEtag read only if it has changed since, which is not expected */
    read: (id: string, knownEtag?: string): boolean =>
      call('get-item', {
        id,
        ...(knownEtag && { headers: { 'If-None-Match': knownEtag } }),
        expects: knownEtag ? 304 : 200,
      }) !== undefined,
    list(cursor?: string): Page | undefined {
      const answer = call('list-items', {
        query: cursor ? `?cursor=${encodeURIComponent(cursor)}` : '',
        expects: 200,
        holds: (page) => Array.isArray(json<Page>(page).items),
      });
      return answer && (json<Page>(answer) as Page);
    },
    update(id: string, etag: string, content: ItemContent): Version | undefined {
      const answer = call('update-item', {
        id,
        headers: { 'If-Match': etag },
        body: content,
        expects: 200,
        holds: (updated) => header(updated, 'etag') !== etag,
      });
      return answer && { id, etag: header(answer, 'etag') };
    },
    /** An update that must be refused, because the version is an old one. */
    updateStale: (id: string, oldEtag: string, content: ItemContent): boolean =>
      call('update-item', {
        id,
        headers: { 'If-Match': oldEtag },
        body: content,
        expects: 412,
      }) !== undefined,
    remove: (id: string): boolean => call('delete-item', { id, expects: 204 }) !== undefined,
  };
}

/** k6 writes header names in their canonical form: `X-Request-Id`. */
function header({ headers }: HttpAnswer, name: string): string {
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return key === undefined ? '' : (headers[key] ?? '');
}

function json<T>({ body }: HttpAnswer): Partial<T> {
  try {
    return JSON.parse(String(body)) ?? {};
  } catch {
    return {};
  }
}

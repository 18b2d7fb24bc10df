/** An API in memory for tests of the journey: the contract's status codes, with an answer to order in between. */
import type { Item } from '../../../services/contract/item.ts';
import type { FunctionName } from '../../../services/contract/routes.ts';
import { type HttpAnswer, itemsClient, type Send } from '../items-client.ts';
import type { Failure } from '../run-settings.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly name: string;
}

export function testingApi(pageSize = 20) {
  const items = new Map<string, Item>();
  const keys = new Map<string, { readonly id: string; readonly body: string | null }>();
  const requests: (Request & { readonly status: number })[] = [];
  const answers: [FunctionName, number][] = [];
  const checks: [string, boolean][] = [];
  const failures: Failure[] = [];
  let order: ((request: Request) => Partial<HttpAnswer> | undefined) | undefined;
  let made = 0;

  const answer = (status: number, body?: unknown, headers = {}): HttpAnswer => ({
    status,
    headers: { 'X-Request-Id': `r${requests.length}`, ...headers },
    body: body === undefined ? null : JSON.stringify(body),
    error: '',
  });
  const etag = (item: Item) => `"${item.id}.${item.version}"`;
  const showing = (status: number, item: Item) => answer(status, item, { Etag: etag(item) });

  function create(body: string | null, key: string): HttpAnswer {
    const known = keys.get(key);
    if (known && known.body !== body) return answer(409);
    const item = known && items.get(known.id);
    if (item) return showing(201, item);
    made += 1;
    const id = String(made).padStart(4, '0');
    const at = new Date(1_800_000_000_000 + made).toISOString();
    const fresh = {
      done: false,
      ...JSON.parse(body ?? ''),
      id,
      version: 1,
      createdAt: at,
      updatedAt: at,
    };
    items.set(id, fresh);
    keys.set(key, { id, body });
    return showing(201, fresh);
  }

  function list(cursor: string | null): HttpAnswer {
    const newest = [...items.values()].reverse().filter(({ id }) => !cursor || id < cursor);
    const page = newest.slice(0, pageSize);
    return answer(200, {
      items: page,
      nextCursor: newest.length > pageSize ? page.at(-1)?.id : null,
    });
  }

  function one(method: string, id: string, headers: Record<string, string>, body: string | null) {
    const item = items.get(id);
    if (!item) return answer(404);
    if (method === 'GET') {
      return headers['If-None-Match'] === etag(item) ? answer(304) : showing(200, item);
    }
    if (method === 'DELETE') {
      items.delete(id);
      return answer(204);
    }
    if (headers['If-Match'] !== etag(item)) return answer(412);
    const changed = { ...item, ...JSON.parse(body ?? ''), version: item.version + 1 };
    items.set(id, changed);
    return showing(200, changed);
  }

  const send: Send = (method, url, body, { headers, tags }) => {
    const { pathname, searchParams } = new URL(url);
    const request = { method, path: pathname, headers, name: tags['name'] ?? '' };
    const [, , id] = pathname.split('/');
    const ordered = order?.(request);
    const result = ordered
      ? { ...answer(500), ...ordered }
      : id
        ? one(method, id, headers, body)
        : method === 'POST'
          ? create(body, headers['Idempotency-Key'] ?? '')
          : list(searchParams.get('cursor'));
    requests.push({ ...request, status: result.status });
    return result;
  };

  return {
    items,
    requests,
    answers,
    checks,
    failures,
    /** The next answers, where the function gives one. */
    order: (by: typeof order) => {
      order = by;
    },
    client: itemsClient({
      apiUrl: 'http://api',
      userAgent: () => 'load',
      token: () => 'token',
      send,
      observe: {
        answered: (name, status) => void answers.push([name, status]),
        checked: (what, holds) => void checks.push([what, holds]),
        failed: (failure) => void failures.push(failure),
      },
      now: () => 0,
    }),
  };
}

import { pageLimits } from '../../contract/item.ts';
import { makeCursor, readCursor } from '../../http/cursor.ts';
import type { Operation } from '../../http/endpoint.ts';
import { invalid } from '../../http/problem.ts';
import type { Request } from '../../http/request.ts';
import { together } from '../../http/validation.ts';
import { shownItem } from '../domain/stored-item.ts';
import type { ItemStore } from '../store/item-store.ts';

/** `GET /items`: 200 with a page, newest first; `nextCursor` is null on the last one. */
export const listItems =
  (dependencies: {
    readonly store: Pick<ItemStore, 'list'>;
    readonly now: () => number;
  }): Operation =>
  async (request) => {
    const { owner } = request;
    const [limit, before] = together(
      () => pageLimit(request),
      () => cursor(request),
    );
    const page = await dependencies.store.list(owner, { limit, before }, dependencies.now());
    const nextCursor = page.next === undefined ? null : makeCursor(owner, page.next);
    const body = { items: page.items.map(shownItem), nextCursor };
    return { status: 200, body, outcome: 'listed' };
  };

function pageLimit(request: Request): number {
  const text = request.query('limit') ?? String(pageLimits.default);
  const limit = Number(text);
  if (/^[0-9]{1,4}$/.test(text) && limit >= 1 && limit <= pageLimits.max) return limit;
  throw invalid({
    parameter: 'limit',
    detail: `limit must be a whole number from 1 to ${pageLimits.max}.`,
  });
}

function cursor(request: Request): string | undefined {
  const text = request.query('cursor');
  return text === undefined ? undefined : readCursor(request.owner, text);
}

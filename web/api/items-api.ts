/** The routes of the API as functions. */
import type { Item, ItemContent } from '../../services/contract/item.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';

/** An item as the service last said it is. A list comes without tags; reading or writing one item brings its tag. */
export interface SavedItem {
  readonly item: Item;
  readonly tag?: string | undefined;
}

export interface ItemPage {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Every function rejects with a Problem. */
export interface ItemsApi {
  list(page: { readonly limit: number; readonly cursor?: string }): Promise<ItemPage>;
  get(id: string): Promise<SavedItem>;
  /** Makes one item per key, however often it is called. */
  create(content: ItemContent, idempotencyKey: string): Promise<SavedItem>;
  /** Only where the item still is what the tag names. */
  replace(id: string, tag: string, content: ItemContent): Promise<SavedItem>;
  remove(id: string, tag: string): Promise<void>;
}

export function createItemsApi(send: ApiClient): ItemsApi {
  const to = (name: FunctionName, id = '') => ({
    method: routes[name].method,
    path: routes[name].path.replace('{id}', id),
  });
  return {
    async list({ limit, cursor }) {
      const { method, path } = to('list-items');
      const query = new URLSearchParams({ limit: `${limit}`, ...(cursor && { cursor }) });
      const { body } = await send({ method, path: `${path}?${query}` });
      return body as ItemPage;
    },
    get: async (id) => saved(await send(to('get-item', id))),
    create: async (body, key) =>
      saved(await send({ ...to('put-item'), body, headers: { 'idempotency-key': key } })),
    replace: async (id, tag, body) =>
      saved(await send({ ...to('update-item', id), body, headers: { 'if-match': tag } })),
    async remove(id, tag) {
      await send({ ...to('delete-item', id), headers: { 'if-match': tag } });
    },
  };
}

const saved = ({ body, tag }: ApiAnswer): SavedItem => ({ item: body as Item, tag });

import { describe, expect, test } from '@jest/globals';
import { type ItemsApi, itemsApi } from '../../testing/items-api.ts';

async function withItems(count: number): Promise<ItemsApi> {
  const api = itemsApi();
  for (let n = 1; n <= count; n++) await api.existing({ title: `${n}` });
  return api;
}

const titles = (body: { readonly items: readonly { readonly title: string }[] }) =>
  body.items.map(({ title }) => title);

describe('GET /items', () => {
  test('lists items newest first, whole, and without a next page has no cursor', async () => {
    const api = itemsApi();
    const { item } = await api.existing({ title: 'A', note: 'N', dueOn: '2026-12-24' });
    const { status, body, event } = await api.call['list-items']();
    expect([status, body]).toEqual([200, { items: [item], nextCursor: null }]);
    expect(event).toMatchObject({ outcome: 'listed', route: 'GET /items' });
    expect(event).not.toHaveProperty('itemId');
  });

  test('does not show when an item expires', async () => {
    const api = itemsApi();
    await api.existing(undefined, { scope: 'items/write items/ephemeral' });
    const { body } = await api.call['list-items']();
    expect(body.items[0]).not.toHaveProperty('expiresAt');
  });

  test('follows the cursor to every item once', async () => {
    const api = await withItems(5);
    const first = await api.call['list-items']({ query: { limit: '2' } });
    const second = await api.call['list-items']({
      query: { limit: '2', cursor: first.body.nextCursor },
    });
    const third = await api.call['list-items']({
      query: { limit: '2', cursor: second.body.nextCursor },
    });
    expect([first, second, third].map(({ body }) => titles(body))).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1'],
    ]);
    expect(third.body.nextCursor).toBeNull();
  });

  test('has twenty items on a page where no limit is given', async () => {
    const api = await withItems(21);
    expect((await api.call['list-items']()).body.items).toHaveLength(20);
  });

  test.each(['1', '100'])('accepts a limit of %s', async (limit) => {
    expect((await itemsApi().call['list-items']({ query: { limit } })).status).toBe(200);
  });

  test.each(['0', '101', '-1', '1.5', '1e1', 'ten', '', ' 1', '9999999999999999999'])(
    'refuses a limit of %j',
    async (limit) => {
      const { status, body } = await itemsApi().call['list-items']({ query: { limit } });
      expect(status).toBe(400);
      expect(body.errors).toEqual([
        { parameter: 'limit', detail: 'limit must be a whole number from 1 to 100.' },
      ]);
    },
  );

  test('refuses a limit and a cursor together', async () => {
    const { body } = await itemsApi().call['list-items']({ query: { limit: 'x', cursor: 'x' } });
    expect(body.errors).toMatchObject([{ parameter: 'limit' }, { parameter: 'cursor' }]);
  });

  test('refuses the cursor of another caller', async () => {
    const api = await withItems(2);
    const { body } = await api.call['list-items']({ query: { limit: '1' } });
    const query = { cursor: body.nextCursor };
    const other = await api.call['list-items']({ query, owner: 'owner-2' });
    expect(other.status).toBe(400);
    expect(other.body.errors).toMatchObject([{ parameter: 'cursor' }]);
  });

  test('shows nobody the items of another', async () => {
    const api = await withItems(3);
    const { body } = await api.call['list-items']({ owner: 'owner-2' });
    expect(body).toEqual({ items: [], nextCursor: null });
  });
});

import { describe, expect, test } from '@jest/globals';
import { itemsApi } from '../../testing/items-api.ts';

describe('DELETE /items/{id}', () => {
  test('deletes the item, once', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    const { status, body, headers, event } = await api.call['delete-item']({ id: item.id });
    expect([status, body]).toEqual([204, undefined]);
    expect(headers).not.toHaveProperty('Content-Type');
    expect(event).toMatchObject({ outcome: 'deleted', itemId: item.id, ItemDeleted: 1 });
    expect((await api.call['get-item']({ id: item.id })).status).toBe(404);
    expect((await api.call['delete-item']({ id: item.id })).status).toBe(404);
  });

  test.each<[string, (etag: string) => Record<string, string>, number]>([
    ['If-Match with the tag', (etag) => ({ 'If-Match': etag }), 204],
    ['If-Match with any', () => ({ 'If-Match': '*' }), 204],
    ['If-Match with a weak tag', (etag) => ({ 'If-Match': `W/${etag}` }), 412],
    ['If-Match with another tag', () => ({ 'If-Match': '"1-0"' }), 412],
    ['If-None-Match with the tag', (etag) => ({ 'If-None-Match': etag }), 412],
    ['If-None-Match with another tag', () => ({ 'If-None-Match': '"1-0"' }), 204],
  ])('%s', async (_, conditions, expected) => {
    const api = itemsApi();
    const { item, etag } = await api.existing();
    const response = await api.call['delete-item']({ id: item.id, headers: conditions(etag) });
    expect(response.status).toBe(expected);
    const after = await api.call['get-item']({ id: item.id });
    expect(after.status).toBe(expected === 204 ? 404 : 200);
  });

  test('does not reach the item of another caller', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    expect((await api.call['delete-item']({ id: item.id, owner: 'owner-2' })).status).toBe(404);
    expect((await api.call['get-item']({ id: item.id })).status).toBe(200);
  });

  test('refuses a bad id', async () => {
    expect((await itemsApi().call['delete-item']({ id: 'x' })).status).toBe(400);
  });
});

import { describe, expect, test } from '@jest/globals';
import { itemsApi } from '../../testing/items-api.ts';

const json = { 'Content-Type': 'application/json' };
const missing = '01KJ9999999999999999999999';

describe('PUT /items/{id}', () => {
  test('replaces the content: what is not sent is gone', async () => {
    const api = itemsApi();
    const full = { title: 'A', note: 'N', done: true, dueOn: '2026-12-24' };
    const { item, etag } = await api.existing(full);
    api.advance(1000);
    const headers = { ...json, 'If-Match': etag };
    const put = await api.call['update-item']({ id: item.id, headers, body: { title: 'B' } });
    expect(put.status).toBe(200);
    expect(put.body).toEqual({
      id: item.id,
      title: 'B',
      done: false,
      version: 2,
      createdAt: '2026-11-22T10:00:00.000Z',
      updatedAt: '2026-11-22T10:00:01.000Z',
    });
    expect(put.headers['ETag']).not.toBe(etag);
    expect(put.event).toMatchObject({ outcome: 'updated', itemId: item.id, ItemUpdated: 1 });
    const get = await api.call['get-item']({ id: item.id });
    expect([get.body, get.headers['ETag']]).toEqual([put.body, put.headers['ETag']]);
  });

  test('gives a new tag with every write, also of the same content in the same millisecond', async () => {
    const api = itemsApi();
    const { item, etag } = await api.existing();
    const tags = [etag];
    for (let n = 0; n < 3; n++) {
      const headers = { ...json, 'If-Match': tags.at(-1)! };
      const put = await api.call['update-item']({ id: item.id, headers, body: { title: 'Same' } });
      tags.push(String(put.headers['ETag']));
    }
    expect(new Set(tags).size).toBe(4);
  });

  test('without If-Match is answered with 428', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    const put = await api.call['update-item']({ id: item.id, headers: json, body: { title: 'B' } });
    expect([put.status, put.body.type]).toEqual([428, 'urn:manara:problem:if-match-required']);
  });

  test.each<[string, (etag: string) => Record<string, string>, number]>([
    ['the tag', (etag) => ({ 'If-Match': etag }), 200],
    ['a list with the tag', (etag) => ({ 'If-Match': `"other", ${etag}` }), 200],
    ['any', () => ({ 'If-Match': '*' }), 200],
    ['the tag as a weak one, which never matches', (etag) => ({ 'If-Match': `W/${etag}` }), 412],
    ['another tag', () => ({ 'If-Match': '"1-0"' }), 412],
    ['a tag that is not ours', () => ({ 'If-Match': '"x"' }), 412],
    ['any, but not the tag', (etag) => ({ 'If-Match': '*', 'If-None-Match': etag }), 412],
    ['any, but none', () => ({ 'If-Match': '*', 'If-None-Match': '*' }), 412],
    ['twenty tags', (etag) => ({ 'If-Match': `${'"x",'.repeat(19)}${etag}` }), 200],
    ['more than twenty tags', (etag) => ({ 'If-Match': `${'"x",'.repeat(20)}${etag}` }), 400],
    ['no list of tags', () => ({ 'If-Match': '1-x' }), 400],
  ])('with If-Match %s', async (_, conditions, expected) => {
    const api = itemsApi();
    const { item, etag } = await api.existing();
    const headers = { ...json, ...conditions(etag) };
    const put = await api.call['update-item']({ id: item.id, headers, body: { title: 'B' } });
    expect(put.status).toBe(expected);
    const { body } = await api.call['get-item']({ id: item.id });
    expect(body.title).toBe(expected === 200 ? 'B' : 'Water the plants');
    if (expected === 412) {
      expect(put.body.type).toBe('urn:manara:problem:stale-version');
      expect(put.event).toMatchObject({ errorCode: 'stale-version', VersionConflict: 1 });
    }
  });

  test.each(['*', '"1-0"', '"x"', 'W/"1-0"'])(
    'of an item that is not there is answered with 404 for %s',
    async (tag) => {
      const headers = { ...json, 'If-Match': tag };
      const put = await itemsApi().call['update-item']({
        id: missing,
        headers,
        body: { title: 'B' },
      });
      expect(put.status).toBe(404);
    },
  );

  test('does not reach the item of another caller', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    const request = { id: item.id, headers: { ...json, 'If-Match': '*' }, body: { title: 'B' } };
    expect((await api.call['update-item']({ ...request, owner: 'owner-2' })).status).toBe(404);
    expect((await api.call['get-item']({ id: item.id })).body).toEqual(item);
  });

  test('reports a bad id, a bad body and a bad header together', async () => {
    const headers = { ...json, 'If-Match': 'x' };
    const { status, body } = await itemsApi().call['update-item']({ id: 'x', headers, body: {} });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([
      { parameter: 'id' },
      { pointer: '#/title' },
      { header: 'If-Match' },
    ]);
  });

  test('does not accept the tag of an item that has been made again under the same id', async () => {
    const api = itemsApi();
    const { item, etag } = await api.existing();
    await api.call['delete-item']({ id: item.id });
    const again = { ...item, updatedAt: '2026-11-23T00:00:00.000Z' };
    await api.store.insert('owner-1', again, Date.parse(again.updatedAt));
    const headers = { ...json, 'If-Match': etag };
    const put = await api.call['update-item']({ id: item.id, headers, body: { title: 'B' } });
    expect(put.status).toBe(412);
  });
});

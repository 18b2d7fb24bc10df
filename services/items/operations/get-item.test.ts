import { describe, expect, test } from '@jest/globals';
import { itemsApi } from '../../testing/items-api.ts';

const id = '01KJ9999999999999999999999';

describe('GET /items/{id}', () => {
  test('answers with the item and its entity tag', async () => {
    const api = itemsApi();
    const { item, etag } = await api.existing({ title: 'A', note: 'N' });
    const { status, headers, body, event } = await api.call['get-item']({ id: item.id });
    expect([status, body, headers['ETag']]).toEqual([200, item, etag]);
    expect(event).toMatchObject({ outcome: 'read', route: 'GET /items/{id}', itemId: item.id });
  });

  test('knows no item of another caller', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    const { status, body, event } = await api.call['get-item']({ id: item.id, owner: 'owner-2' });
    expect([status, body.type]).toEqual([404, 'urn:manara:problem:not-found']);
    expect(event).toMatchObject({ outcome: 'rejected', errorCode: 'not-found', itemId: item.id });
  });

  test.each([
    'abc',
    id.toLowerCase(),
    `8${id.slice(1)}`,
    `${id}0`,
    id.slice(1),
    'I'.repeat(26),
    '%30',
  ])('refuses %s as id, and does not log it', async (badId) => {
    const { status, body, event } = await itemsApi().call['get-item']({ id: badId });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ parameter: 'id' }]);
    expect(event).not.toHaveProperty('itemId');
  });
});

describe('If-None-Match on GET', () => {
  const conditional = async (make: (etag: string) => string | string[]) => {
    const api = itemsApi();
    const { item, etag } = await api.existing();
    const headers = { 'If-None-Match': make(etag) };
    const response = await api.call['get-item']({ id: item.id, headers });
    return { ...response, etag };
  };

  test.each<[string, (etag: string) => string | string[]]>([
    ['the tag', (etag) => etag],
    ['the tag as a weak one', (etag) => `W/${etag}`],
    ['a list with it', (etag) => `"other", W/"x,y" ,, ${etag}`],
    ['two header fields, one with it', (etag) => ['"other"', etag]],
    ['any', () => '*'],
  ])('%s is answered with 304 without a body, and the tag', async (_, make) => {
    const { status, body, headers, event, etag } = await conditional(make);
    expect([status, body, headers['ETag']]).toEqual([304, undefined, etag]);
    expect(headers).not.toHaveProperty('Content-Type');
    expect(event).toMatchObject({ outcome: 'not-modified', status: 304 });
  });

  test.each<[string, (etag: string) => string]>([
    ['another tag', () => '"other"'],
    ['a tag that only looks like ours', (etag) => etag.replace('"', '"0')],
    ['the tag of the version before', () => '"0-0"'],
    ['an empty tag', () => '""'],
  ])('%s is answered with the item', async (_, make) => {
    expect((await conditional(make)).status).toBe(200);
  });

  test.each(['other', '"a', "'a'", '"a" b', 'W/a', '*, "a"', ''])('%j is refused', async (text) => {
    const { status, body } = await conditional(() => text);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ header: 'If-None-Match' }]);
  });

  test('of an item that is not there is answered with 404', async () => {
    const headers = { 'If-None-Match': '*' };
    expect((await itemsApi().call['get-item']({ id, headers })).status).toBe(404);
  });
});

test('If-Match on GET is answered with 412 where the item is another one by now', async () => {
  const api = itemsApi();
  const { item, etag } = await api.existing();
  const get = (ifMatch: string) =>
    api.call['get-item']({ id: item.id, headers: { 'If-Match': ifMatch } });
  expect((await get(etag)).status).toBe(200);
  expect((await get(`W/${etag}`)).status).toBe(412);
  expect((await get('"other"')).status).toBe(412);
});

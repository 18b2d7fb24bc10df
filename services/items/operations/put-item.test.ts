import { describe, expect, jest, test } from '@jest/globals';
import { clockStart, itemsApi } from '../../testing/items-api.ts';
import { StoreUnavailable } from '../store/item-store.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';

const key = (value: string) => ({ headers: { 'Idempotency-Key': value } });
const day = 24 * 60 * 60 * 1000;

describe('POST /items', () => {
  test('makes an item with defaults, version and times, and tells where it is', async () => {
    const api = itemsApi();
    const { status, headers, body, event } = await api.post({ title: 'Buy milk' });
    const at = new Date(clockStart).toISOString();
    expect(status).toBe(201);
    expect(body).toEqual({
      id: '01KJ0000000000000000000001',
      title: 'Buy milk',
      done: false,
      version: 1,
      createdAt: at,
      updatedAt: at,
    });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      Location: `/dev/items/${body.id}`,
      ETag: expect.stringMatching(/^"[^"]+"$/),
    });
    expect(event).toMatchObject({
      outcome: 'created',
      status: 201,
      itemId: body.id,
      ItemCreated: 1,
    });
  });

  test('keeps every field that was sent', async () => {
    const content = { title: 'أ', note: '', done: true, dueOn: '2028-02-29' };
    expect((await itemsApi().post(content)).body).toMatchObject(content);
  });

  test('reads a body that the gateway passes on as base64', async () => {
    const { status, body } = await itemsApi().post({ title: 'منارة' }, { base64: true });
    expect([status, body.title]).toEqual([201, 'منارة']);
  });

  test('an item of a load-test client expires after a day, and never shows when', async () => {
    const api = itemsApi();
    const request = { scope: 'items/write items/ephemeral' };
    const { item } = await api.existing({ title: 'Load' }, request);
    expect(item).not.toHaveProperty('expiresAt');
    api.advance(day - 1000);
    expect((await api.call['get-item']({ id: item.id })).status).toBe(200);
    api.advance(1000);
    expect((await api.call['get-item']({ id: item.id })).status).toBe(404);
  });

  test('an item of anybody else does not expire', async () => {
    const api = itemsApi();
    const { item } = await api.existing();
    api.advance(1000 * day);
    expect((await api.call['get-item']({ id: item.id })).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  test('makes a repetition answer with the same item', async () => {
    const api = itemsApi();
    const first = await api.post(undefined, key('k1'));
    const second = await api.post(undefined, key('k1'));
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({
      ETag: first.headers['ETag'],
      Location: first.headers['Location'],
    });
    expect(first.event).toMatchObject({ outcome: 'created', ItemCreated: 1 });
    expect(second.event).toMatchObject({ outcome: 'replayed', IdempotentReplay: 1 });
    expect(second.event).not.toHaveProperty('ItemCreated');
    expect((await api.call['list-items']()).body.items).toHaveLength(1);
  });

  test('does not mind how the same content is written', async () => {
    const api = itemsApi();
    const first = await api.post('{"title":"A","note":"N"}', key('k1'));
    const second = await api.post('{ "note": "N", "done": false,  "title": "A" }', key('k1'));
    expect(second.body).toEqual(first.body);
  });

  test.each([
    [{ title: 'B' }],
    [{ title: 'A', note: '' }],
    [{ title: 'A', done: true }],
    [{ title: 'A', dueOn: '2026-12-24' }],
  ])('is refused with other content: %j', async (content) => {
    const api = itemsApi();
    await api.existing({ title: 'A' }, key('k1'));
    const { status, body, event } = await api.post(content, key('k1'));
    expect([status, body.type]).toEqual([409, 'urn:manara:problem:key-reused']);
    expect(event).toMatchObject({ outcome: 'rejected', errorCode: 'key-reused' });
    expect((await api.call['list-items']()).body.items).toHaveLength(1);
  });

  test("is its owner's: another caller with the same key makes an own item", async () => {
    const api = itemsApi();
    const { item } = await api.existing(undefined, key('k1'));
    const other = await api.post(undefined, { ...key('k1'), owner: 'owner-2' });
    expect(other.body.id).not.toBe(item.id);
  });

  test('other keys make other items', async () => {
    const api = itemsApi();
    const { item } = await api.existing(undefined, key('k1'));
    expect((await api.post(undefined, key('k2'))).body.id).not.toBe(item.id);
  });

  test('is forgotten after a day', async () => {
    const api = itemsApi();
    const { item } = await api.existing(undefined, key('k1'));
    api.advance(day - 1000);
    expect((await api.post(undefined, key('k1'))).body.id).toBe(item.id);
    api.advance(1000);
    expect((await api.post(undefined, key('k1'))).body.id).not.toBe(item.id);
  });

  test('answers with the item as it is by now', async () => {
    const api = itemsApi();
    const { item, etag } = await api.existing(undefined, key('k1'));
    api.advance(5);
    await api.call['update-item']({
      id: item.id,
      body: { title: 'Changed' },
      headers: { 'Content-Type': 'application/json', 'If-Match': etag },
    });
    const { body } = await api.post(undefined, key('k1'));
    expect(body).toMatchObject({ id: item.id, title: 'Changed', version: 2 });
  });

  test('does not bring back an item that has been deleted', async () => {
    const api = itemsApi();
    const { item } = await api.existing(undefined, key('k1'));
    await api.call['delete-item']({ id: item.id });
    const { status, body } = await api.post(undefined, key('k1'));
    expect([status, body.detail]).toEqual([404, expect.stringContaining('has been deleted')]);
    expect((await api.call['list-items']()).body.items).toEqual([]);
  });

  test.each(['insert', 'settleKey'] as const)(
    'heals with the next attempt after a crash before %s',
    async (step) => {
      const store = memoryItemStore();
      const api = itemsApi(store);
      const crash = jest.spyOn(store, step).mockRejectedValueOnce(new StoreUnavailable('crash'));
      expect((await api.post(undefined, key('k1'))).status).toBe(503);
      crash.mockRestore();
      const second = await api.post(undefined, key('k1'));
      const third = await api.post(undefined, key('k1'));
      expect([second.status, third.status]).toEqual([201, 201]);
      expect(third.body).toEqual(second.body);
      expect((await api.call['list-items']()).body.items).toEqual([second.body]);
      await api.call['delete-item']({ id: second.body.id });
      expect((await api.post(undefined, key('k1'))).status).toBe(404);
    },
  );

  test.each([
    ['empty', '', 400],
    ['one character', 'k', 201],
    ['200 characters', 'k'.repeat(200), 201],
    ['201 characters', 'k'.repeat(201), 400],
  ])('%s: %#', async (_, value, expected) => {
    const { status, body } = await itemsApi().post(undefined, key(value));
    expect(status).toBe(expected);
    if (expected === 400)
      expect(body.errors).toEqual([{ header: 'Idempotency-Key', detail: expect.any(String) }]);
  });
});

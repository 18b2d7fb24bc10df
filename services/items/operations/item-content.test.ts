import { describe, expect, test } from '@jest/globals';
import { itemsApi } from '../../testing/items-api.ts';

const json = { 'Content-Type': 'application/json' };

describe('a body', () => {
  test.each([
    ['nothing', '', [['#', 'The body must be JSON in UTF-8.']]],
    ['broken JSON', '{"title": "A"', [['#', 'The body must be JSON in UTF-8.']]],
    ['a list', '[]', [['#', 'The body must be a JSON object.']]],
    ['null', 'null', [['#', 'The body must be a JSON object.']]],
    ['no title', '{}', [['#/title', 'title is required.']]],
    ['an empty title', { title: '' }, [['#/title', 'title must not be empty.']]],
    ['a title that is a number', { title: 7 }, [['#/title', 'title must be a string.']]],
    [
      'a title too long',
      { title: 'x'.repeat(201) },
      [['#/title', 'title must have at most 200 characters; it has 201.']],
    ],
    [
      'a title of 101 characters that are two UTF-16 code units each',
      { title: '🗼'.repeat(101) },
      [['#/title', 'title must have at most 200 characters; it has 202.']],
    ],
    [
      'a note of 2001 such characters',
      { title: 'A', note: '🗼'.repeat(2001) },
      [['#/note', 'note must have at most 4000 characters; it has 4002.']],
    ],
    [
      'a title too long and with a lone surrogate',
      { title: `${'x'.repeat(200)}\ud800` },
      [
        ['#/title', 'title must have at most 200 characters; it has 201.'],
        ['#/title', 'title must be well-formed Unicode, without lone surrogates.'],
      ],
    ],
    [
      'a note too long',
      { title: 'A', note: 'x'.repeat(4001) },
      [['#/note', 'note must have at most 4000 characters; it has 4001.']],
    ],
    ['a note that is null', { title: 'A', note: null }, [['#/note', 'note must be a string.']]],
    ['done in words', { title: 'A', done: 'yes' }, [['#/done', 'done must be a boolean.']]],
    [
      'a day that does not exist',
      { title: 'A', dueOn: '2026-02-29' },
      [['#/dueOn', 'dueOn must be a calendar date written YYYY-MM-DD.']],
    ],
    [
      'an instant for a day',
      { title: 'A', dueOn: '2026-02-28T00:00:00Z' },
      [['#/dueOn', 'dueOn must be a calendar date written YYYY-MM-DD.']],
    ],
    [
      'a lone surrogate',
      '{"title":"\\ud800"}',
      [['#/title', 'title must be well-formed Unicode, without lone surrogates.']],
    ],
    [
      'unknown fields',
      '{"title":"A","id":"x","a/b~c d":1,"__proto__":{}}',
      [
        ['#/id', 'This field is unknown; leave it out.'],
        ['#/a~1b~0c%20d', 'This field is unknown; leave it out.'],
        ['#/__proto__', 'This field is unknown; leave it out.'],
      ],
    ],
    [
      'everything wrong at once',
      { title: 1, note: 2, done: 3, dueOn: 4, more: 5 },
      [
        ['#/title', 'title must be a string.'],
        ['#/note', 'note must be a string.'],
        ['#/done', 'done must be a boolean.'],
        ['#/dueOn', 'dueOn must be a string.'],
        ['#/more', 'This field is unknown; leave it out.'],
      ],
    ],
  ])('with %s is refused: %j', async (_, content, errors) => {
    const { status, headers, body } = await itemsApi().post(content);
    expect(status).toBe(400);
    expect(headers['Content-Type']).toBe('application/problem+json');
    expect(body).toMatchObject({ type: 'urn:manara:problem:invalid-request', status: 400 });
    expect(body.errors).toEqual(errors.map(([pointer, detail]) => ({ pointer, detail })));
  });

  test.each([
    ['title', 200],
    ['note', 4000],
  ])('may have a %s of %d UTF-16 code units', async (field, length) => {
    const text = '🗼'.repeat(length / 2);
    const { status, body } = await itemsApi().post({ title: 'A', [field]: text });
    expect([status, body[field]]).toEqual([201, text]);
  });

  test('with a million unknown fields gets a short answer', async () => {
    const fields = Array.from({ length: 100_000 }, (_, n) => `"${n}${'x'.repeat(50)}":1`).join();
    const { body } = await itemsApi().post(`{"title":"A",${fields}}`);
    expect(body.errors.length).toBeLessThanOrEqual(50);
    const long = await itemsApi().post({ title: 'A', ['x'.repeat(10_000)]: 1 });
    expect(JSON.stringify(long.body).length).toBeLessThan(1000);
  });

  test('that is not UTF-8 is refused', async () => {
    const body = Buffer.from('{"title":"\xff"}', 'latin1');
    const { status } = await itemsApi().call['put-item']({ body, headers: json, base64: true });
    expect(status).toBe(400);
  });

  test('and a header that are both wrong are both reported', async () => {
    const { body } = await itemsApi().post({}, { headers: { 'Idempotency-Key': '' } });
    expect(body.errors).toMatchObject([{ pointer: '#/title' }, { header: 'Idempotency-Key' }]);
    expect(body.detail).toBe('title is required. Idempotency-Key must have 1 to 200 characters.');
  });
});

describe('the content type', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
  ])('%s is accepted', async (type) => {
    const api = itemsApi();
    expect((await api.post(undefined, { headers: { 'Content-Type': type } })).status).toBe(201);
  });

  test.each(['text/plain', 'application/merge-patch+json', 'application/jsonp', ''])(
    '%j is answered with 415',
    async (type) => {
      const api = itemsApi();
      const { status, body, event } = await api.post(undefined, {
        headers: { 'Content-Type': type },
      });
      expect([status, body.type]).toEqual([415, 'urn:manara:problem:unsupported-media-type']);
      expect(event).toMatchObject({ errorCode: 'unsupported-media-type' });
    },
  );

  test('is needed', async () => {
    const api = itemsApi();
    expect((await api.call['put-item']({ body: { title: 'A' } })).status).toBe(415);
    const { item, etag } = await api.existing();
    const put = await api.call['update-item']({
      id: item.id,
      body: { title: 'A' },
      headers: { 'If-Match': etag },
    });
    expect(put.status).toBe(415);
  });

  test('may be spelled in any way as a header', async () => {
    const api = itemsApi();
    const headers = { 'content-TYPE': 'application/json' };
    expect((await api.call['put-item']({ body: { title: 'A' }, headers })).status).toBe(201);
  });
});

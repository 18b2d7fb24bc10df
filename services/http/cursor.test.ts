import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeCursor, readCursor } from './cursor.ts';
import { Problem } from './problem.ts';

const id = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/);
const owner = fc.string({ minLength: 1 });

test('a cursor reads back for its owner', () => {
  fc.assert(fc.property(owner, id, (o, i) => expect(readCursor(o, makeCursor(o, i))).toBe(i)));
});

test('a cursor of another owner is refused', () => {
  fc.assert(
    fc.property(owner, owner, id, (o, other, i) => {
      fc.pre(o !== other);
      expect(() => readCursor(other, makeCursor(o, i))).toThrow(Problem);
    }),
  );
});

test('a cursor with any character changed, added or taken away is refused', () => {
  const character = fc.stringMatching(/^[A-Za-z0-9_=\-+/.]$/);
  fc.assert(
    fc.property(id, fc.nat(), character, fc.constantFrom(0, 1), (i, at, char, cut) => {
      const cursor = makeCursor('owner', i);
      const place = at % (cursor.length + 1);
      const changed = cursor.slice(0, place) + char + cursor.slice(place + cut);
      fc.pre(changed !== cursor);
      expect(() => readCursor('owner', changed)).toThrow(Problem);
    }),
  );
});

test.each(['', 'x', 'null', '🗼'])('%j is refused', (text) => {
  expect(() => readCursor('owner', text)).toThrow('unchanged');
});

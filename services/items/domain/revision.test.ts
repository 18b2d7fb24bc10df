import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readRevisionTag, revisionTag } from './revision.ts';

const revision = fc.record({
  version: fc.integer({ min: 1 }),
  updatedAt: fc
    .date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
});

describe("a revision's tag", () => {
  test('reads back', () => {
    fc.assert(fc.property(revision, (r) => expect(readRevisionTag(revisionTag(r))).toEqual(r)));
  });

  test('differs where version or time differ', () => {
    fc.assert(
      fc.property(revision, revision, (a, b) => {
        const isSame = a.version === b.version && a.updatedAt === b.updatedAt;
        expect(revisionTag(a) === revisionTag(b)).toBe(isSame);
      }),
    );
  });

  test('fits between the quotes of an entity tag', () => {
    fc.assert(
      fc.property(revision, (r) => expect(revisionTag(r)).toMatch(/^[0-9a-z]+-[0-9a-z]+$/)),
    );
  });

  test('any other text is no revision, and nothing breaks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z-]{1,20}$/)), (text) => {
        const read = readRevisionTag(text);
        expect(read === undefined || revisionTag(read) === text).toBe(true);
      }),
    );
    for (const text of ['', '1', '1-', '-1', '0-1', '01-1', '1-zzzzzzzzzzzz', '1-2-3', '1.5-1']) {
      expect(readRevisionTag(text)).toBeUndefined();
    }
  });
});

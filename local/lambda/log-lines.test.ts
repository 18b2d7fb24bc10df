import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logLines } from './log-lines.ts';

function split(chunks: readonly Buffer[]) {
  const lines: string[] = [];
  const { write, end } = logLines((line) => lines.push(line));
  for (const chunk of chunks) write(chunk);
  end();
  return lines;
}

test('gives the same lines however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
      expect(split(chunks)).toEqual(lines.filter((each) => each !== ''));
    }),
  );
});

test('takes a carriage return for a line break inside the event, and drops it at the end', () => {
  expect(split([Buffer.from('a\rb\r\nc\n')])).toEqual(['a\nb', 'c']);
});

test('cuts an endless line into events of a mebibyte between characters', () => {
  const text = '€'.repeat(1_000_000);
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: 30 }, (_, n) =>
    bytes.subarray(n * 100_000, (n + 1) * 100_000),
  );
  const lines = split(chunks);
  expect(lines.join('')).toBe(text);
  expect(lines.map((line) => Buffer.byteLength(line))).toEqual([1_048_575, 1_048_575, 902_850]);
});

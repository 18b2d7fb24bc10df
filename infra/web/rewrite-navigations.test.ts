import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';

const code = readFileSync(join(import.meta.dirname, 'rewrite-navigations.js'), 'utf8');

/** As CloudFront runs it: a script whose `handler` gets the viewer's request. */
const rewritten = (uri: string): string =>
  runInNewContext(`${code}; handler(event).uri`, { event: { request: { uri } } });

test.each(['/', '/items', '/items/01J0', '/deep/view/'])('%s is a view of the page', (uri) => {
  expect(rewritten(uri)).toBe('/index.html');
});

test.each(['/index.html', '/config.json', '/assets/app-ABCDEFGH.js', '/v1.2/style.css'])(
  '%s is a file',
  (uri) => {
    expect(rewritten(uri)).toBe(uri);
  },
);

test('a folder with a dot in its name holds views', () => {
  expect(rewritten('/v1.2/items')).toBe('/index.html');
});

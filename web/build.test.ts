import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { budgets, buildSite, nameAssets, weigh } from './build.ts';

describe('the built site', () => {
  let folder = '';
  let report = '';
  let page = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manara-site-'));
    report = await buildSite(folder);
    page = await readFile(join(folder, 'index.html'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('tells what each part weighs', () => {
    for (const part of Object.keys(budgets)) {
      expect(report).toMatch(new RegExp(`^${part}: [1-9]\\d* bytes with gzip`, 'm'));
    }
  });

  test('is a page that names its assets by their content, and no other file', async () => {
    const assets = await readdir(join(folder, 'assets'));
    expect(assets).toHaveLength(3);
    for (const asset of assets) {
      expect(asset).toMatch(/^\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
      expect(page).toContain(`"/assets/${asset}"`);
    }
    expect((await readdir(folder)).sort()).toEqual(['assets', 'index.html']);
  });

  test('needs at most five requests before it can be used', () => {
    const referred = [...page.matchAll(/<(?:link|script)[^>]*(?:href|src)="([^"]+)"/g)];
    expect(1 + referred.length).toBeLessThanOrEqual(5);
  });

  test('has no script, style or handler in the page, which the policy would refuse', () => {
    expect(page.replace(/<script type="module" src="[^"]+"><\/script>/, '')).not.toMatch(
      /<script|<style|\sstyle=|\son\w+=|javascript:/,
    );
  });

  test('never makes markup from text', async () => {
    const name = (await readdir(join(folder, 'assets'))).find((file) => file.endsWith('.js'))!;
    const script = await readFile(join(folder, 'assets', name), 'utf8');
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser/,
    );
  });
});

test('a part above its budget fails the build, by name and figure', () => {
  const heavy = randomBytes(budgets.script).toString('hex');
  expect(() => weigh({ script: heavy, style: '', page: '' })).toThrow(
    /^The site is too heavy\. script: \d+ bytes[^.]*the budget is 15000\.$/,
  );
});

test('a page that does not name an entry point fails the build', () => {
  expect(() => nameAssets('<p>', new Map([['app.ts', 'assets/app-X.js']]))).toThrow(
    'index.html does not name app.ts',
  );
});

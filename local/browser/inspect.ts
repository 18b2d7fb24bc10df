/** A look at the page as it is: a picture for people under `.local/screenshots/`, axe's findings, and nothing cut off. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityFindings } from './accessibility.ts';

const pictures = join(import.meta.dirname, '../../.local/screenshots');

/** Fails where axe finds anything or the page is wider than the window. */
export async function inspect(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  expect(await accessibilityFindings(page)).toEqual([]);
  const hidden = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(hidden).toBe(0);
}

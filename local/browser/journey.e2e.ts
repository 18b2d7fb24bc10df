/** A person's way through the site, by keyboard alone; what it weighs, how it looks, and that it is theirs alone. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import { inspect } from './inspect.ts';

/** The narrowest is what 1280 pixels are at a zoom of 400 % (WCAG 2.2, 1.4.10 Reflow). */
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  { name: 'phone', colorScheme: 'light', viewport: { width: 320, height: 690 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 320, height: 690 } },
] as const;

/** The name of what has the focus, as a screen reader would say it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const label = (element as HTMLInputElement).labels?.[0]?.textContent;
    return (element.ariaLabel ?? label ?? element.textContent).trim();
  });

const press = async (page: Page, ...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

await describeInBrowser('the site', ({ system, visitor }) => {
  test('is used by keyboard alone, from signing in to signing out', async () => {
    const { page, saved, titles } = await visitor();
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await press(page, 'Tab');
    expect(await focused(page)).toBe('Sign in');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Alice' }).waitFor();
    await press(page, 'Tab', 'Enter');
    await page.getByText('All clear to the horizon.').waitFor();

    await press(page, 'Tab', 'Tab');
    expect(await focused(page)).toBe('What is to be done?');
    for (const title of ['Trim the wick', 'Polish the lens', 'Wind the clockwork']) {
      await page.keyboard.type(title);
      await press(page, 'Enter');
    }
    expect(await titles()).toEqual(['Wind the clockwork', 'Polish the lens', 'Trim the wick']);
    await saved();

    // Add, hide what is done, then the first item's checkbox.
    await press(page, 'Tab', 'Tab', 'Tab');
    expect(await focused(page)).toBe('Done: Wind the clockwork');
    await press(page, 'ArrowDown', 'Space');
    expect(await page.getByLabel('Done: Polish the lens').isChecked()).toBe(true);

    await press(page, 'Tab', 'Enter');
    await page.getByRole('dialog').waitFor();
    expect(await focused(page)).toBe('Title');
    await press(page, 'End');
    await page.keyboard.type(' and the mirror');
    await press(page, 'Tab');
    await page.keyboard.type('With the soft cloth.');
    await press(page, 'Control+Enter');
    await page.getByText('With the soft cloth.').waitFor();
    expect(await focused(page)).toContain('Polish the lens and the mirror');

    await press(page, 'Delete');
    expect(await titles()).toEqual(['Wind the clockwork', 'Trim the wick']);
    expect(await focused(page)).toBe('Trim the wick');
    await press(page, 'Control+z');
    expect(await titles()).toHaveLength(3);
    await saved();

    await page.reload();
    await page.getByText('Polish the lens and the mirror').waitFor();
    expect((await titles()).toSorted()).toEqual([
      'Polish the lens and the mirror',
      'Trim the wick',
      'Wind the clockwork',
    ]);
    await press(page, 'Tab');
    expect(await focused(page)).toBe('Sign out');
    await press(page, 'Enter');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.goBack().catch(() => undefined);
    expect(await page.getByText('Trim the wick').count()).toBe(0);
  });

  test('shows two people two lists', async () => {
    const [alice, bob] = [await visitor(), await visitor()];
    await alice.signIn('Alice');
    await bob.signIn('Bob');
    await alice.add('For Alice’s eyes');
    await bob.add('For Bob’s eyes');
    await Promise.all([alice.saved(), bob.saved()]);
    for (const { page } of [alice, bob]) await page.reload();
    await alice.row('For Alice’s eyes').waitFor();
    await bob.row('For Bob’s eyes').waitFor();
    expect(await alice.titles()).not.toContain('For Bob’s eyes');
    expect(await bob.titles()).toEqual(['For Bob’s eyes']);
  });

  test('leaves no token where it could be found, and asks nobody who has signed out', async () => {
    const { page, context, signIn } = await visitor();
    await signIn('Bob');
    const stored = await page.evaluate(() =>
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    );
    expect(stored).not.toMatch(/eyJ|refresh|access/);
    expect(page.url()).toBe(`${system().runtime.urls.web}/`);
    const other = await context.newPage();
    await other.goto('/');
    await other.getByLabel('What is to be done?').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await other.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  });

  test('loads twenty items at a time, and keeps the focus when there are more', async () => {
    for (let index = 1; index <= 25; index++) {
      await system().call('POST', '/items', { as: 'bob', body: { title: `Entry ${index}` } });
    }
    const { page, signIn, titles } = await visitor();
    await signIn('Bob');
    expect(await titles()).toHaveLength(20);
    await page.getByRole('button', { name: 'Load more' }).press('Enter');
    await page.getByText('Entry 1', { exact: true }).waitFor();
    expect((await titles()).length).toBeGreaterThanOrEqual(25);
    expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);
    expect(await focused(page)).toBe((await titles())[20]);
  });

  test('can be used after five requests, and nothing moves while it loads', async () => {
    const { page, signIn } = await visitor({ reducedMotion: 'no-preference' });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.addInitScript(() => {
      const observer = new PerformanceObserver((list) => {
        const shifts = list.getEntries().map((entry) => Object(entry).value as number);
        Object(globalThis).shifted =
          (Object(globalThis).shifted ?? 0) + shifts.reduce((a, b) => a + b);
      });
      observer.observe({ type: 'layout-shift', buffered: true });
    });
    // Slow enough that the page is painted before it is known who is there.
    await page.route('**/config.json', async (route) => {
      await setTimeout(300);
      await route.continue();
    });
    const shifted = () => page.evaluate(() => Object(globalThis).shifted ?? 0);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(requests.length).toBeLessThanOrEqual(5);
    expect(await shifted()).toBe(0);
    await signIn('Alice');
    await page.getByText('Trim the wick').waitFor();
    expect(await shifted()).toBe(0);
  });

  test('has a policy that lets nothing else in', async () => {
    const { page, takeComplaints } = await visitor();
    const response = await page.goto('/');
    expect(response?.headers()['content-security-policy']).toContain(
      "require-trusted-types-for 'script'; trusted-types 'none'",
    );
    await page.evaluate(async () => {
      const violation = new Promise((resolve) =>
        addEventListener('securitypolicyviolation', resolve),
      );
      try {
        document.createElement('div').innerHTML = '<b>';
      } catch {
        await violation;
      }
    });
    expect(takeComplaints()).toContainEqual(
      expect.stringMatching(/^policy: require-trusted-types/),
    );
  });

  test.each(looks)('is good to look at and to listen to: $name', async ({ name, ...look }) => {
    const { page, signIn, add, row, saved, titles } = await visitor(look);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await inspect(page, `signed-out-${name}`);
    await signIn('Alice');
    for (const title of ['Row over for the mail', 'تنظيف عدسة المنارة', 'x'.repeat(200)]) {
      if (!(await titles()).includes(title)) await add(title);
    }
    await saved();
    await inspect(page, `list-${name}`);
    await row('Row over').getByRole('button', { name: 'Row over' }).first().click();
    await page.getByLabel('Due').fill('2026-01-05');
    await page.getByLabel('Title').fill('');
    await inspect(page, `editor-${name}`);
    await press(page, 'Escape', 'Escape');
    await row('تنظيف').getByRole('button', { name: 'Delete' }).click();
    await inspect(page, `deleted-${name}`);
    await saved();
  });
});

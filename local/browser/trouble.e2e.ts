/** What a person sees and loses when things go wrong: nothing that they typed, and always what to do next. */
import { expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import { describeInBrowser } from './describe-in-browser.ts';
import { inspect } from './inspect.ts';

const trouble = { expectsFailedRequests: true } as const;

await describeInBrowser('in trouble, the site', ({ system, visitor }) => {
  const items = (suffix = '') => `${system().runtime.urls.api}/items${suffix}`;
  const saved = async (who = 'alice'): Promise<readonly string[]> => {
    const { json } = await system().call('GET', '/items?limit=100', { as: who });
    return json.items.map(({ title }: { readonly title: string }) => title);
  };
  const startFault = (kind: string, route: string) =>
    system().control<{ readonly id: string }>('/api/faults', { kind, route });
  const endFault = ({ id }: { readonly id: string }) =>
    fetch(`${system().runtime.urls.control}/api/faults/${id}`, { method: 'DELETE' });
  /** Only real requests: preflights pass. */
  const intercept = (page: Page, url: string, method: string, handle: (route: Route) => unknown) =>
    page.route(url, (route) =>
      route.request().method() === method ? handle(route) : route.continue(),
    );

  test('makes one item of a double click and of Enter twice', async () => {
    const { page, signIn, saved: allSaved, titles } = await visitor();
    await signIn('Alice');
    const field = page.getByLabel('What is to be done?');
    await field.fill('clicked twice');
    await page.getByRole('button', { name: 'Add' }).dblclick();
    await field.fill('entered twice');
    await field.press('Enter');
    await field.press('Enter');
    await allSaved();
    expect(await titles()).toEqual(['entered twice', 'clicked twice']);
    expect(await saved()).toEqual(expect.arrayContaining(['entered twice', 'clicked twice']));
    expect(await saved()).toHaveLength(2);
    expect(await page.getByRole('alert').filter({ hasText: 'Write down' }).count()).toBe(0);
  });

  test('deletes one item with a double click', async () => {
    const { page, signIn, add, saved: allSaved, titles } = await visitor();
    await signIn('Bob');
    for (const title of ['one', 'two', 'three']) await add(title);
    await allSaved();
    await page.getByRole('button', { name: 'Delete three' }).dblclick();
    expect(await titles()).toEqual(['two', 'one']);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await titles()).toEqual(['three', 'two', 'one']);
    await allSaved();
    expect((await saved('bob')).toSorted()).toEqual(['one', 'three', 'two']);
  });

  test('makes one item where the answer was lost, when it is tried again', async () => {
    const { page, signIn, add, row } = await visitor(trouble);
    await signIn('Alice');
    let keys: (string | undefined)[] = [];
    await intercept(page, items(), 'POST', async (route) => {
      keys = [...keys, route.request().headers()['idempotency-key']];
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    await add('sent twice');
    await row('sent twice').getByText('Not saved. The service cannot be reached.').waitFor();
    await row('sent twice').getByRole('button', { name: 'Try again' }).click();
    await row('sent twice').getByText('Not saved.').waitFor({ state: 'detached' });
    await page.getByText('All saved').waitFor();
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
    expect((await saved()).filter((title) => title === 'sent twice')).toHaveLength(1);
  });

  test('rolls back what fails, with a reference that leads to the log', async () => {
    const { page, context, signIn, add, saved: allSaved } = await visitor(trouble);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await signIn('Alice');
    await add('to be changed');
    await allSaved();
    const fault = await startFault('function-crash', 'PUT /items/{id}');
    await page.getByLabel('Done: to be changed').check();
    const notice = page.getByRole('alert').filter({ hasText: '“to be changed” was not changed.' });
    await notice.waitFor();
    expect(await page.getByLabel('Done: to be changed').isChecked()).toBe(false);
    await inspect(page, 'rolled-back');
    await notice.getByRole('button', { name: 'Copy' }).click();
    await notice.getByRole('button', { name: 'Copied' }).waitFor();
    const reference = await page.evaluate(() => navigator.clipboard.readText());
    const query = new URLSearchParams({
      logGroup: '/manara/dev/access',
      filter: `{ $.requestId = "${reference}" }`,
    });
    const { events } = await system().control<{ readonly events: readonly unknown[] }>(
      `/api/logs?${query}`,
    );
    expect(events).toHaveLength(1);

    await endFault(fault);
    await notice.getByRole('button', { name: 'Try again' }).click();
    await notice.waitFor({ state: 'detached' });
    await allSaved();
    expect(await page.getByLabel('Done: to be changed').isChecked()).toBe(true);
  });

  test('waits as a 503 tells it and reads again, unasked', async () => {
    const { page, signIn, saved: allSaved } = await visitor(trouble);
    await signIn('Alice');
    await allSaved();
    const fault = await startFault('table-throttling', 'GET /items');
    const answers: { readonly status: number; readonly at: number; readonly wait: number }[] = [];
    page.on('response', async (response) => {
      if (!response.url().startsWith(items('?')) || response.request().method() !== 'GET') return;
      const wait = Number(response.headers()['retry-after'] ?? 0);
      const { startTime, responseEnd } = response.request().timing();
      answers.push({ status: response.status(), at: startTime, wait: wait * 1000 + responseEnd });
      if (response.status() === 503) await endFault(fault);
    });
    await page.reload();
    await page.locator('[data-phase=ready]').waitFor();
    expect(answers.map(({ status }) => status)).toEqual([503, 200]);
    expect(answers[0]?.wait).toBeGreaterThan(1000);
    expect(answers[1]!.at - answers[0]!.at).toBeGreaterThanOrEqual(answers[0]!.wait - 1000);
  });

  test('does not repeat a write that was throttled, and holds the next one back', async () => {
    const { page, signIn, add, row, saved: allSaved } = await visitor(trouble);
    await signIn('Alice');
    const sentAt: number[] = [];
    await intercept(page, items(), 'POST', (route) => {
      sentAt.push(Date.now());
      if (sentAt.length > 1) return route.continue();
      const headers = {
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'Retry-After, x-request-id',
        'retry-after': '2',
        'x-request-id': 'throttled-1',
      };
      return route.fulfill({ status: 429, headers, body: '{}' });
    });
    await add('throttled');
    await row('throttled').getByText('the service asked for a pause').waitFor();
    await row('throttled').getByText('throttled-1').waitFor();
    await inspect(page, 'not-created');
    expect(sentAt).toHaveLength(1);
    await row('throttled').getByRole('button', { name: 'Try again' }).click();
    await allSaved();
    expect(sentAt).toHaveLength(2);
    expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(2000);
  });

  test('keeps what is written offline and saves it when the connection is back', async () => {
    const { page, context, signIn, add, saved: allSaved, titles } = await visitor(trouble);
    await signIn('Alice');
    await context.setOffline(true);
    await page.getByText('Offline. What you change is saved when').waitFor();
    await add('written offline');
    await inspect(page, 'offline');
    expect(await titles()).toContain('written offline');
    expect(await saved()).not.toContain('written offline');
    await context.setOffline(false);
    await allSaved();
    expect((await saved()).filter((title) => title === 'written offline')).toHaveLength(1);
  });

  test('renews an expired token silently', async () => {
    const { page, signIn, add, saved: allSaved } = await visitor();
    await page.clock.setSystemTime(Date.now());
    await signIn('Alice');
    const renewal = page.waitForRequest((request) =>
      Boolean(request.postData()?.includes('grant_type=refresh_token')),
    );
    await page.clock.setSystemTime(Date.now() + 3_599_000);
    await add('after an hour');
    await renewal;
    await allSaved();
    expect(await saved()).toContain('after an hour');
  });

  test('asks to sign in again when the session is over, and saves what was being saved', async () => {
    const { page, signIn, add, saved: allSaved } = await visitor(trouble);
    const answer = page.waitForResponse((response) => response.url().endsWith('/oauth2/token'));
    await page.clock.setSystemTime(Date.now());
    await signIn('Alice');
    const { refresh_token: token } = (await (await answer).json()) as Record<string, string>;
    const { clientId } = (await (
      await fetch(`${system().runtime.urls.web}/config.json`)
    ).json()) as Record<string, string>;
    await fetch(`${system().runtime.urls.signIn}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId ?? '', token: token ?? '' }),
    });
    await page.clock.setSystemTime(Date.now() + 3_599_000);
    await add('at the very end');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await inspect(page, 'session-ended');
    expect(await saved()).not.toContain('at the very end');
    await page.clock.setSystemTime(Date.now());
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-phase=ready]').waitFor();
    await allSaved();
    expect((await saved()).filter((title) => title === 'at the very end')).toHaveLength(1);
  });

  test('says that signing in did not work, and lets the person try again', async () => {
    const { page } = await visitor(trouble);
    await page.goto('/');
    await page.route('**/oauth2/token', (route) => route.abort(), { times: 1 });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Alice' }).click();
    await page.getByText('Signing in did not work. The service cannot be reached.').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-phase=ready]').waitFor();
  });

  test('shows a list that is slow to come as such', async () => {
    const { page } = await visitor();
    const release = Promise.withResolvers<void>();
    await page.route(/\/items\?/, async (route) => {
      await release.promise;
      await route.continue();
    });
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Alice' }).click();
    await page.getByText('This takes longer than usual').waitFor();
    await inspect(page, 'slow');
    release.resolve();
    await page.locator('[data-phase=ready]').waitFor();
  });

  test('says in one sentence that its settings are missing', async () => {
    const { page } = await visitor(trouble);
    await page.route('**/config.json', (route) => route.fulfill({ status: 403 }));
    await page.goto('/');
    await page.getByRole('alert').filter({ hasText: '/config.json' }).waitFor();
    await inspect(page, 'no-settings');
    expect(await page.getByRole('main').textContent()).toMatch(
      /^\s*This site cannot start[^.]*\/config\.json,[^.]*deploy them again\.\s*$/,
    );
  });

  test('says why the list cannot be loaded, and loads it when asked to', async () => {
    const { page, titles } = await visitor(trouble);
    const fault = await startFault('function-crash', 'GET /items');
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Alice' }).click();
    await page.getByText('Your list could not be loaded.').waitFor({ timeout: 20_000 });
    await page.getByText('Reference').waitFor();
    await inspect(page, 'not-loaded');
    await endFault(fault);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-phase=ready]').waitFor();
    expect((await titles()).length).toBeGreaterThan(0);
  });
});

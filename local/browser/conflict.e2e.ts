/** One item changed in two places: the person sees both versions and chooses; nothing is lost unasked. */
import { expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';
import { inspect } from './inspect.ts';
import type { Visitor } from './visitor.ts';

await describeInBrowser('one item changed in two places', ({ system, visitor }) => {
  const find = async (title: string) => {
    const { json } = await system().call('GET', '/items?limit=100', { as: 'alice' });
    return json.items.find((item: { readonly title: string }) => item.title === title);
  };

  /** Somebody else with the same list, as on another device. */
  async function changeElsewhere(title: string, change: object): Promise<void> {
    const { id } = await find(title);
    const { json, headers } = await system().call('GET', `/items/${id}`, { as: 'alice' });
    const { title: old, note, done } = json;
    const answer = await system().call('PUT', `/items/${id}`, {
      as: 'alice',
      headers: { 'if-match': headers.get('etag') ?? '' },
      body: { title: old, note, done, ...change },
    });
    expect(answer.status).toBe(200);
  }

  async function openWith(title: string): Promise<Visitor> {
    const opened = await visitor({ expectsFailedRequests: true });
    await opened.signIn('Alice');
    await opened.add(title);
    await opened.saved();
    return opened;
  }

  async function changeHere({ page, row }: Visitor, from: string, to: string): Promise<void> {
    await row(from).getByRole('button', { name: from }).first().click();
    await page.getByLabel('Title').fill(to);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
  }

  test.each([
    ['Keep yours', 'mine'],
    ['Keep the saved one', 'theirs'],
  ])('%s', async (button, expected) => {
    const opened = await openWith(`to ${expected}`);
    const [mine, theirs] = [`mine of ${expected}`, `theirs of ${expected}`];
    await changeElsewhere(`to ${expected}`, { title: theirs, note: 'from elsewhere' });
    await changeHere(opened, `to ${expected}`, mine);
    const dialog = opened.page.getByRole('dialog', { name: 'Two versions' });
    await dialog.getByText(mine).waitFor();
    await dialog.getByText(theirs).waitFor();
    await dialog.getByText('from elsewhere').waitFor();
    await inspect(opened.page, `conflict-${expected}`);
    await dialog.getByRole('button', { name: button }).press('Enter');
    await opened.saved();
    const kept = expected === 'mine' ? mine : theirs;
    await opened.row(kept).waitFor();
    expect((await find(kept))?.title).toBe(kept);
    expect(await find(expected === 'mine' ? theirs : mine)).toBeUndefined();
  });

  test('a change there that one has not seen is not deleted unasked', async () => {
    const { page, row, saved } = await openWith('to delete');
    await changeElsewhere('to delete', { note: 'but wait' });
    await page.getByRole('button', { name: 'Delete to delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Two versions' });
    await dialog.getByText('Deleted').waitFor();
    await dialog.getByText('but wait').waitFor();
    await dialog.getByRole('button', { name: 'Keep the saved one' }).click();
    await row('to delete').waitFor();
    await saved();
    expect(await find('to delete')).toMatchObject({ note: 'but wait' });
  });

  test('an item deleted there can be kept here', async () => {
    const opened = await openWith('deleted there');
    const { id } = await find('deleted there');
    await system().call('DELETE', `/items/${id}`, { as: 'alice' });
    await changeHere(opened, 'deleted there', 'kept here');
    await opened.page.getByRole('button', { name: 'Keep yours' }).click();
    await opened.saved();
    expect((await find('kept here')).id).not.toBe(id);
  });
});

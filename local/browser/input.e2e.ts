/** Whatever people paste: shown as the text it is, refused in words where it is too long, never sent in vain. */
import { expect, test } from '@jest/globals';
import { describeInBrowser } from './describe-in-browser.ts';

const hostile = [
  '<img src=x onerror="alert(1)">',
  '<script>alert(1)</script>',
  '"><svg/onload=alert(1)>',
  "javascript:alert('1')",
  '{{7*7}} ${7*7} &lt;b&gt;',
  '\u202etxt.exe',
];

await describeInBrowser('what is typed or pasted', ({ system, visitor }) => {
  test('is shown as text, in lists, dialogs and notices', async () => {
    const { page, signIn, add, saved, titles, row } = await visitor();
    let dialogs = 0;
    page.on('dialog', async (dialog) => {
      dialogs++;
      await dialog.dismiss();
    });
    await signIn('Alice');
    for (const text of hostile) await add(text);
    await saved();
    await page.reload();
    await row(hostile[0]!).waitFor();
    expect((await titles()).toSorted()).toEqual(hostile.toSorted());
    await row('onerror').getByRole('button').first().click();
    await page.getByLabel('Note').fill(hostile.join('\n'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await saved();
    await page.reload();
    await row('onerror').waitFor();
    expect(await row('onerror').locator('.note').textContent()).toBe(hostile.join('\n'));
    await row('onerror').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(`Deleted “${hostile[0]}”.`).waitFor();
    expect(await page.locator('.item img, .item script, .problem img').count()).toBe(0);
    expect(dialogs).toBe(0);
    await saved();
  });

  test('is refused where it is too long, before anything is sent', async () => {
    const { page, signIn, saved, titles } = await visitor();
    await signIn('Bob');
    const writes: string[] = [];
    page.on('request', (request) => {
      if (['POST', 'PUT'].includes(request.method())) writes.push(request.url());
    });
    const field = page.getByLabel('What is to be done?');
    await field.fill('x'.repeat(201));
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('This title has 201 characters; there is room for 200.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.inputValue()).toHaveLength(201);
    await field.fill('m'.repeat(30_000));
    await page.getByText('This title has 30,000 characters').waitFor();
    await field.press('Enter');
    expect(writes).toEqual([]);

    await field.fill('x'.repeat(200));
    await field.press('Enter');
    await saved();
    expect(await titles()).toEqual(['x'.repeat(200)]);
    expect(writes).toHaveLength(1);

    await page.locator('.item .open').click();
    await page.getByLabel('Note').fill('n'.repeat(4001));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('This note has 4,001 characters; there is room for 4,000.').waitFor();
    await page.getByLabel('Note').fill('ن'.repeat(4000));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await saved();
    expect(writes).toHaveLength(2);
    const { json } = await system().call('GET', '/items', { as: 'bob' });
    expect(json.items[0].note).toHaveLength(4000);
  });

  test('is refused by the megabyte, and the page stays quick', async () => {
    const { page, context, signIn } = await visitor();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await signIn('Alice');
    const paste = async (length: number) => {
      await page.evaluate((size) => navigator.clipboard.writeText('m '.repeat(size / 2)), length);
      await page.getByLabel('What is to be done?').press('Control+v');
    };
    await paste(5_000_000);
    await page.getByText('That was not pasted: it has 5,000,000 characters.').waitFor();
    expect(await page.getByLabel('What is to be done?').inputValue()).toBe('');
    await paste(300);
    expect(await page.getByLabel('What is to be done?').inputValue()).toHaveLength(300);
  });

  test('of nothing but spaces asks what there is to do', async () => {
    const { page, signIn } = await visitor();
    await signIn('Alice');
    await page.getByLabel('What is to be done?').fill('   ');
    await page.getByLabel('What is to be done?').press('Enter');
    await page.getByRole('alert').filter({ hasText: 'Write down what there is to do.' }).waitFor();
  });
});

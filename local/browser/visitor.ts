/** A person at the site: a browser of their own, what they do there, and everything the browser complained about. */
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the console, uncaught exceptions and violations of the Content-Security-Policy since the last call. */
  takeComplaints(): readonly string[];
  /** Opens the site and signs in on the local sign-in page. */
  signIn(who: 'Alice' | 'Bob'): Promise<void>;
  add(title: string): Promise<void>;
  row(title: string): Locator;
  titles(): Promise<readonly string[]>;
  /** Everything that was done is saved. */
  saved(): Promise<void>;
  close(): Promise<void>;
}

/** What Chromium itself logs for an answer that is an error or does not come; the tests of trouble provoke it. */
const failedResource = /^Failed to load resource:/;

export interface VisitorOptions extends BrowserContextOptions {
  readonly expectsFailedRequests?: boolean;
}

export async function openVisitor(
  browser: Browser,
  url: string,
  { expectsFailedRequests = false, ...options }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  await context.exposeFunction('complain', (text: string) => complaints.push(text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, sample } = event;
      Object(globalThis).complain(`policy: ${effectiveDirective} ${blockedURI} ${sample}`);
    });
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    const isExpected = expectsFailedRequests && failedResource.test(message.text());
    if (message.type() === 'error' && !isExpected) complaints.push(`console: ${message.text()}`);
  });
  const field = page.getByLabel('What is to be done?');
  return {
    page,
    context,
    takeComplaints: () => complaints.splice(0),
    async signIn(who) {
      await page.goto('/');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: who }).click();
      await field.waitFor();
      await page.locator('[data-phase=ready]').waitFor();
    },
    async add(title) {
      await field.fill(title);
      await field.press('Enter');
    },
    row: (title) => page.getByRole('listitem').filter({ hasText: title }),
    titles: () => page.locator('.item .title').allTextContents(),
    saved: () => page.getByText('All saved').waitFor(),
    close: () => context.close(),
  };
}

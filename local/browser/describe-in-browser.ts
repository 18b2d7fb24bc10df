/** The running system and a browser for a file of tests; without a browser, one test that says so, and fails in CI. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type RunningSystem, startSystem } from '../system/running-system.ts';
import { launchChromium } from './chromium.ts';
import { openVisitor, type Visitor, type VisitorOptions } from './visitor.ts';

export interface InBrowser {
  readonly system: () => RunningSystem;
  /** A new person with a browser of their own; whatever it complains about fails the test. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
}

export async function describeInBrowser(
  name: string,
  body: (given: InBrowser) => void,
): Promise<void> {
  const launched = await launchChromium().catch((error: Error) => error);
  describe(name, () => {
    if (launched instanceof Error) missing(launched);
    else body(prepare(launched));
  });
}

function missing(reason: Error): void {
  test('there is a browser, at least in CI', () => {
    if (process.env['CI']) throw reason;
    console.warn(`Not run in a browser. ${reason.message}`);
  });
}

function prepare(browser: Browser): InBrowser {
  let system: RunningSystem;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(async () => {
    const complaints = visitors.flatMap((visitor) => visitor.takeComplaints());
    await Promise.all(visitors.map((visitor) => visitor.close()));
    visitors = [];
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await system.close();
  });
  return {
    system: () => system,
    async visitor(options) {
      const visitor = await openVisitor(browser, system.runtime.urls.web, options);
      visitors.push(visitor);
      return visitor;
    },
  };
}

/** The browser of the tests: the system's own Chromium, without anything that talks to anybody but this machine. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error that names the missing program and how to get it */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? places.find((place) => existsSync(place));
  if (!executablePath || !existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath ?? places.join(', ')}: install it ("apt-get install chromium") or name it in CHROMIUM.`,
    );
  }
  return chromium.launch({ executablePath, args: flags });
}

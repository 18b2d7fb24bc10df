/** The README's commands, run as they stand there against `npm start`; only the ports are others. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyProject, freeBasePort, type ProjectCopy } from './project-copy.ts';

const basePort = await freeBasePort();

let copy: ProjectCopy;
beforeAll(async () => {
  copy = await copyProject();
  await copy.start(basePort);
}, 60_000);
afterAll(() => copy.remove());

/** The fenced blocks below a heading, by their language. */
async function blocksOf(heading: string): Promise<Readonly<Record<string, string>>> {
  const readme = await readFile(join(copy.root, 'README.md'), 'utf8');
  const [, section] = readme.split(`\n## ${heading}\n`);
  if (!section) throw new Error(`README.md has no section "${heading}"`);
  const fences = section.split('\n## ')[0]?.matchAll(/^```(\w*)\n(.*?)^```$/gms) ?? [];
  return Object.fromEntries([...fences].map(([, language, text]) => [language, text]));
}

const withPorts = (commands: string) =>
  commands
    .replace(/127\.0\.0\.1:400(\d)/g, (_, offset) => `127.0.0.1:${basePort + Number(offset)}`)
    .replace(/npm run --silent token -- \w+/g, `$& --port ${basePort}`);

async function run(commands = ''): Promise<string> {
  const command = copy.run('bash', ['-euo', 'pipefail', '-c', withPorts(commands)]);
  expect([await command.ended, command.output()]).toEqual([0, command.output()]);
  return command.output();
}

test('the first request: made, listed, updated, deleted', async () => {
  const output = await run((await blocksOf('The first request'))['sh']);
  expect(output.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 200', 'HTTP/1.1 204']);
  const [id] = /(?<=location: \/items\/)\w+/i.exec(output) ?? [];
  expect(output).toContain(`{"items":[{"id":"${id}"`);
  expect(output).toMatch(/"title":"Trim the lamp".*"done":true/);
});

test('one failed request is found everywhere, as the README shows it', async () => {
  const blocks = await blocksOf('One failed request, followed by its id');
  const output = await run(blocks['sh']);
  const [id = 'none'] = /(?<=^x-request-id: ).+/m.exec(output) ?? [];
  const naming = output.split('\n').filter((line) => line.includes(`"requestId":"${id}"`));
  expect(naming.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'urn:manara:problem:dependency-unavailable' },
    { routeKey: 'GET /items/{id}', status: '503' },
    { route: 'GET /items/{id}', status: 503, outcome: 'fault', Fault: 1 },
  ]);
  // What is shown below the commands: all but the lines with ids, which are abridged.
  const shown = blocks['']?.split('\n').filter((line) => line && !/[…=]/.test(line));
  expect(shown?.length).toBeGreaterThan(7);
  expect(output.split('\n')).toEqual(expect.arrayContaining(shown ?? []));
  const faults = await fetch(`http://127.0.0.1:${basePort + 2}/api/faults`);
  expect(await faults.json()).toEqual({ faults: [] });
});

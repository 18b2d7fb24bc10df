import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { objectives } from '../services/contract/slo.ts';
import { readRunbook } from './front-matter.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = {
  alarm: 'api-no-traffic',
  severity: 'page',
  owner: 'api-team',
  dashboard: '{ board: overview, widget: Requests }',
  fault: '{ kind: table-errors, rate: 1 }',
  bounds: '{ firesWithin: 3m, clearsWithin: 10m }',
  queries: '[{ id: slow, logGroups: [access], query: "filter responseLatency > {{thresholdMs}}" }]',
};

function read(changes: Readonly<Record<string, string>> = {}) {
  const file = join(folder, 'page.md');
  const lines = Object.entries({ ...good, ...changes }).map(([key, value]) => `${key}: ${value}`);
  writeFileSync(file, `---\n${lines.join('\n')}\n---\n\n# Title\n`);
  return readRunbook(file);
}

describe('front matter', () => {
  test('is read with the text below it, and the objectives stand in its queries', () => {
    const { alarm, queries, text } = read();
    expect({ alarm, text }).toEqual({ alarm: 'api-no-traffic', text: '\n# Title\n' });
    expect(queries[0]?.query).toBe(`filter responseLatency > ${objectives.latency.thresholdMs}`);
  });

  test.each([
    ['an alarm that does not exist', { alarm: 'api-no-trafic' }, /page\.md: alarm: /],
    ['a severity', { severity: 'sms' }, /page\.md: severity: /],
    [
      'a bound that is no duration',
      { bounds: '{ firesWithin: soon, clearsWithin: 1m }' },
      /bounds\.firesWithin: a duration such as 3m/,
    ],
    [
      'a share above 1',
      { fault: '{ kind: table-errors, rate: 3 }' },
      /page\.md: fault\.rate: .*1$/,
    ],
    [
      'a reason that says nothing',
      { fault: '{ scenario-only: no }' },
      /fault\.scenario-only: .*20/,
    ],
    [
      'logs that nobody writes',
      { queries: '[{ id: a, logGroups: [waf], query: limit 1 }]' },
      /queries\.0\.logGroups\.0: /,
    ],
    ['a member that nobody reads', { autor: 'me' }, /page\.md: .*autor/],
  ])('%s is refused in one line that names file and field', (_, changes, message) => {
    expect(() => read(changes)).toThrow(message);
    expect(() => read(changes)).not.toThrow(/\n/);
  });

  test('a page without it is refused', () => {
    const file = join(folder, 'bare.md');
    writeFileSync(file, '# Title\n');
    expect(() => readRunbook(file)).toThrow(/bare\.md: begins with no front matter/);
  });
});

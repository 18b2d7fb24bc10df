/** What holds for every page: one per alarm, complete, true to the contract, with links that lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { alarms } from '../services/contract/alarms.ts';
import { readRunbooks } from './front-matter.ts';
import { generatedFiles } from './generate.ts';

const folder = import.meta.dirname;
const ids = Object.keys(alarms).sort();
const runbooks = readRunbooks();
const pages = [folder, join(folder, 'procedures')].flatMap((each) =>
  readdirSync(each)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(each, name)),
);

const sections = [
  'Meaning',
  'Impact',
  'First five minutes',
  'Diagnosis',
  'Mitigation',
  'Verify it is over',
  'Escalate',
  'Rehearse',
];

/** The text without code, where `#` and `[` mean something else. */
const prose = (text: string) => text.replace(/```.*?```/gs, '').replace(/`[^`\n]*`/g, 'code');

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');

const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    anchorOf(heading),
  );

describe('runbooks', () => {
  test('there is one per alarm, and a proof beside each', () => {
    expect(runbooks.map(({ alarm }) => alarm)).toEqual(ids);
    expect(runbooks.map(({ file }) => relative(folder, file))).toEqual(ids.map((id) => `${id}.md`));
    const proofs = readdirSync(folder).filter((name) => name.endsWith('.proof.yaml'));
    expect(proofs.sort()).toEqual(ids.map((id) => `${id}.proof.yaml`));
  });

  test.each(runbooks)(
    '$alarm agrees with the contract',
    ({ alarm, severity, dashboard, queries }) => {
      const { board, widget } = alarms[alarm];
      expect({ severity, dashboard }).toEqual({
        severity: alarms[alarm].severity,
        dashboard: { board, widget },
      });
      expect(new Set(queries.map(({ id }) => id)).size).toBe(queries.length);
      expect(queries.filter(({ query }) => query.includes('{{'))).toEqual([]);
    },
  );

  test.each(runbooks)('$alarm has its title and its sections in order', ({ alarm, text }) => {
    const headings = [...prose(text).matchAll(/^(#+) (.+)$/gm)].map(([line]) => line);
    expect(headings).toEqual([`# ${alarm}`, ...sections.map((section) => `## ${section}`)]);
  });

  test.each(runbooks)('$alarm begins with three checks that can be pasted', ({ text }) => {
    const [, checks = ''] = /## First five minutes\n(.*?)\n## /s.exec(text) ?? [];
    expect(checks).toMatch(/```sh\nSTAGE=\w+\nexport AWS_DEFAULT_REGION=/);
    expect(checks.match(/^\d\. /gm)).toHaveLength(3);
    expect(checks.match(/^ {3}```sh$/gm)).toHaveLength(3);
  });

  test.each(runbooks)('$alarm decides by a table that names its queries', ({ text, queries }) => {
    const [, diagnosis = ''] = /## Diagnosis\n(.*?)\n## /s.exec(text) ?? [];
    const rows = diagnosis.split('\n').filter((line) => line.startsWith('|'));
    expect(rows.length).toBeGreaterThanOrEqual(2 + 4);
    const asked = rows.map((row) => row.split('|')[1]).join();
    expect(queries.filter(({ id }) => !asked.includes(`\`${id}\``)).map(({ id }) => id)).toEqual(
      [],
    );
  });

  test.each(runbooks.filter(({ fault }) => 'kind' in fault))(
    '$alarm rehearses on a fresh log, and asks it what it takes: queries',
    ({ text, queries }) => {
      const [, rehearsal = ''] = /^## Rehearse\n(.*)/ms.exec(text) ?? [];
      expect(rehearsal).toContain('`npm start -- --fresh`');
      expect(rehearsal).toContain("cloudwatch -- query '…' --logs .local/dev/logs.ndjson\n");
      expect(rehearsal).not.toContain('/api/logs');
      // Pasted between the apostrophes.
      expect(queries.filter(({ query }) => query.includes("'"))).toEqual([]);
    },
  );

  test('no generated block is stale: npm run runbooks', () => {
    const stale = generatedFiles().filter(({ before, after }) => before !== after);
    expect(stale.map(({ file }) => file)).toEqual([]);
  });

  test.each(pages.map((page) => relative(folder, page)))(
    'the links of %s lead somewhere',
    (page) => {
      const file = join(folder, page);
      const targets = [...prose(readFileSync(file, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !target.startsWith('https://'));
      const dead = targets.filter((target) => {
        const [path = '', anchor] = target.split('#');
        const to = path === '' ? file : join(dirname(file), path);
        return !existsSync(to) || (anchor !== undefined && !anchorsOf(to).includes(anchor));
      });
      expect(dead).toEqual([]);
    },
  );
});

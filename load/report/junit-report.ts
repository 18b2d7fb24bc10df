/** The verdict as JUnit XML: one case for each objective and for each line of the comparison. */
import type { Verdict } from '../verdict/verdict.ts';
import { nameOf, verdictText } from './text-report.ts';
import { xml } from './xml.ts';

export function junitReport(name: string, verdict: Verdict): string {
  const { objectives, sides = [], exitCode, headline } = verdict;
  const cases = [
    ...objectives.map((row) =>
      testCase(
        'objectives',
        nameOf(row),
        outcomeOf(row.verdict, `${row.measured}: ${verdictText(row)}`),
      ),
    ),
    ...sides.map(({ what, agree, k6, service, note }) =>
      testCase('both sides', what, agree ? '' : failure(`k6 ${k6}, service ${service}: ${note}`)),
    ),
    testCase('run', 'ended well', exitCode === 0 ? '' : failure(headline)),
  ];
  const count = (element: string) => cases.filter((one) => one.includes(`<${element} `)).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" skipped="${count('skipped')}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="load">
  <testsuite name="${xml(name)}" ${counts}>
    ${cases.join('\n    ')}
  </testsuite>
</testsuites>
`;
}

const testCase = (classname: string, name: string, outcome: string) =>
  `<testcase classname="${classname}" name="${xml(name)}">${outcome}</testcase>`;

const failure = (message: string) => `<failure message="${xml(message)}"/>`;

function outcomeOf(verdict: Verdict['objectives'][number]['verdict'], message: string): string {
  if (verdict === 'held') return '';
  return verdict === 'broken' ? failure(message) : `<skipped message="${xml(message)}"/>`;
}

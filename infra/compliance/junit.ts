/** The gate's result as JUnit XML: a suite per configuration, a failure per finding, a skipped case per suppression. */
import type { Finding } from './finding.ts';
import type { GateResult } from './gate.ts';

export function junit({ configurations, findings, suppressed }: GateResult): string {
  const names = new Set([...configurations, ...findings.map(({ configuration }) => configuration)]);
  const suites = [...names].map((name) => {
    const failed = findings.filter((finding) => finding.configuration === name);
    const skipped = suppressed.filter(({ finding }) => finding.configuration === name);
    const cases = [
      ...failed.map((finding) => testCase(finding, `<failure message="${xml(finding.message)}"/>`)),
      ...skipped.map(({ finding, by }) =>
        testCase(finding, `<skipped message="${xml(`${by.reason} Review by ${by.review}.`)}"/>`),
      ),
      `<testcase classname="gate" name="every pack ran"/>`,
    ];
    const counts = `tests="${cases.length}" failures="${failed.length}" skipped="${skipped.length}"`;
    return `  <testsuite name="${xml(name)}" ${counts}>\n    ${cases.join('\n    ')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="nag">\n${suites.join('\n')}\n</testsuites>\n`;
}

const testCase = ({ rule, path }: Finding, outcome: string) =>
  `<testcase classname="${xml(rule)}" name="${xml(path || rule)}">${outcome}</testcase>`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const xml = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character] as string);

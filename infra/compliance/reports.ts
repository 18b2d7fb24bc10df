/** The gate's result for people (a table) and for machines (JUnit XML, SARIF 2.1.0). */
import type { GateResult } from './gate.ts';
import type { Finding } from './run-packs.ts';

/** What fails first, then what is allowed and why, folded over configurations. */
export function table({ configurations, findings, suppressed }: GateResult): string {
  const failures = findings.map((finding) => ({ ...finding, reason: finding.message }));
  return [
    ...(failures.length > 0 ? ['FAILED', ...fold(configurations, failures), ''] : []),
    'ALLOWED by infra/compliance/suppressions.ts',
    ...fold(configurations, suppressed),
    '',
    `${configurations.length} configurations, ${suppressed.length} allowed findings, ${findings.length} failures`,
  ].join('\n');
}

/** One block per rule and reason, with the paths and the configurations that it stands for. */
function fold(all: readonly string[], rows: GateResult['suppressed']): readonly string[] {
  const groups = Map.groupBy(rows, ({ rule, reason }) => `${rule}  ${reason}`);
  return [...groups].map(([title, members]) => {
    const paths = new Set(members.map(({ path }) => path));
    const names = new Set(members.map(({ configuration }) => configuration));
    const where = names.size === all.length ? 'every configuration' : [...names].join(', ');
    return `  ${title}\n      ${[...paths].join('\n      ')}\n      in ${where}`;
  });
}

/** A suite per configuration, a failure per finding, a skipped case per suppression. */
export function junit({ configurations, findings, suppressed }: GateResult): string {
  const names = new Set([...configurations, ...findings.map(({ configuration }) => configuration)]);
  const suites = [...names].map((name) => {
    const ofSuite = ({ configuration }: Finding) => configuration === name;
    const failed = findings.filter(ofSuite);
    const skipped = suppressed.filter(ofSuite);
    const cases = [
      ...failed.map((finding) => testCase(finding, 'failure', finding.message)),
      ...skipped.map((finding) => testCase(finding, 'skipped', finding.reason)),
      `<testcase classname="gate" name="every pack ran"/>`,
    ];
    const counts = `tests="${cases.length}" failures="${failed.length}" skipped="${skipped.length}"`;
    return `  <testsuite name="${xml(name)}" ${counts}>\n    ${cases.join('\n    ')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="nag">\n${suites.join('\n')}\n</testsuites>\n`;
}

const testCase = ({ rule, path }: Finding, outcome: string, message: string) =>
  `<testcase classname="${xml(rule)}" name="${xml(path || rule)}"><${outcome} message="${xml(message)}"/></testcase>`;

const xml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** For code-scanning views; suppressed findings carry their justification. */
export function sarif({ findings, suppressed }: GateResult): string {
  const rules = new Set([...findings, ...suppressed].map(({ rule }) => rule));
  const driver = { name: 'manara-nag', rules: [...rules].map((id) => ({ id })) };
  const results = [
    ...findings.map(sarifResult),
    ...suppressed.map((finding) => ({
      ...sarifResult(finding),
      suppressions: [{ kind: 'external', status: 'accepted', justification: finding.reason }],
    })),
  ];
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  const log = { $schema, version: '2.1.0', runs: [{ tool: { driver }, results }] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const sarifResult = ({ configuration, rule, path, message }: Finding) => ({
  ruleId: rule,
  level: 'error',
  message: { text: `${configuration}: ${message}` },
  locations: [
    {
      // Findings are about constructs; the app is the file that code scanning can show.
      physicalLocation: { artifactLocation: { uri: 'infra/app.ts' } },
      logicalLocations: [{ fullyQualifiedName: `${configuration}/${path}`, kind: 'resource' }],
    },
  ],
});

/** The gate's result as SARIF 2.1.0, which code-scanning views read; suppressed findings carry their justification. */
import type { Finding } from './finding.ts';
import type { GateResult } from './gate.ts';

export function sarif({ findings, suppressed }: GateResult): string {
  const rules = [
    ...new Set([...findings, ...suppressed.map(({ finding }) => finding)].map((f) => f.rule)),
  ];
  const results = [
    ...findings.map((finding) => result(finding)),
    ...suppressed.map(({ finding, by }) => ({
      ...result(finding),
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: `${by.reason} Review by ${by.review}.`,
        },
      ],
    })),
  ];
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        { tool: { driver: { name: 'manara-nag', rules: rules.map((id) => ({ id })) } }, results },
      ],
    },
    null,
    2,
  )}\n`;
}

const result = ({ configuration, rule, path, message }: Finding) => ({
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

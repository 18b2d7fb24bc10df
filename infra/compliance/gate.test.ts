import { describe, expect, test } from '@jest/globals';
import { type CfnResource, Validations } from 'aws-cdk-lib/core';
import { ServerlessChecks } from 'cdk-nag';
import { stageNamed } from '../stages.ts';
import { configurations } from '../variants.ts';
import { gate } from './gate.ts';
import { junit, sarif, table } from './reports.ts';
import { strictRules } from './strict-checks.ts';
import { suppressions } from './suppressions.ts';

const prod = { prod: stageNamed('prod') };
const rulesOf = ({ findings }: ReturnType<typeof gate>) => findings.map(({ rule }) => rule);

describe('the compliance gate', () => {
  const clean = gate(prod);

  test('lets prod pass, with suppressions of the allowed kinds only', () => {
    expect(clean.findings).toEqual([]);
    expect([...new Set(clean.suppressed.map(({ rule }) => rule))].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-COG4',
      'AwsSolutions-IAM5[Resource::*]',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaStarPermissions',
    ]);
  });

  test('fails on a finding that is not in the list', () => {
    const withoutDlq = suppressions.filter(({ rule }) => rule !== 'Serverless-LambdaDLQ');
    expect(rulesOf(gate(prod, { suppressions: withoutDlq }))).toContain('Serverless-LambdaDLQ');
  });

  test('fails on a row that is no longer needed', () => {
    const more = {
      rule: 'AwsSolutions-S1',
      paths: ['Web/Bucket/Site/Resource'],
      reason: 'The site is private.',
      review: '2999-01-01',
    };
    const result = gate(prod, { suppressions: [...suppressions, more] });
    expect(result.findings).toMatchObject([{ rule: 'Gate-StaleSuppression', path: more.paths[0] }]);
  });

  test('fails on a row that names another place than the finding', () => {
    const elsewhere = suppressions.map((row) =>
      row.rule === 'AwsSolutions-COG4'
        ? { ...row, paths: ['Api/Api/Default/items/GET/Resource'] }
        : row,
    );
    expect(rulesOf(gate(prod, { suppressions: elsewhere })).sort()).toEqual([
      'AwsSolutions-COG4',
      'Gate-StaleSuppression',
    ]);
  });

  test('every configuration that a row is limited to exists', () => {
    const named = suppressions.flatMap(({ only = [] }) => only);
    expect(named.filter((name) => !(name in configurations))).toEqual([]);
  });

  test('fails on an overdue review', () => {
    expect(rulesOf(gate(prod, { today: '2999-01-01' }))).toContain('Gate-OverdueReview');
  });

  test('fails on a row without a reason or without a day', () => {
    const careless = suppressions.map((row) => ({ ...row, reason: ' ', review: 'some day' }));
    const rules = rulesOf(gate(prod, { suppressions: careless }));
    expect(new Set(rules)).toEqual(new Set(['Gate-NoReason', 'Gate-OverdueReview']));
  });

  test('fails on a pack that did not run, and then on the known-bad stack too', () => {
    const rules = rulesOf(gate(prod, { packs: (_, app) => [new ServerlessChecks(app)] }));
    expect(rules.filter((rule) => rule === 'Gate-PackDidNotRun')).toHaveLength(2);
    expect(rules).toContain('Gate-KnownBadPassed');
  });

  test('fails on a pack that runs and finds nothing', () => {
    const deaf = ['AwsSolutions', 'Serverless', 'Manara'].map((name) => ({
      name,
      validate: () => ({ success: true, violations: [] }),
    }));
    const rules = rulesOf(gate(prod, { packs: () => deaf, suppressions: [] }));
    expect(new Set(rules)).toEqual(new Set(['Gate-KnownBadPassed']));
  });

  test('fails on an acknowledgement in the code', () => {
    const change = (app: Parameters<typeof Validations.of>[0]) =>
      Validations.of(app).acknowledge({
        id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
        reason: '',
      });
    expect(rulesOf(gate(prod, { change }))).toContain('Gate-AcknowledgedInCode');
  });

  test('sees what overrides hide from the public packs', () => {
    const result = gate(prod, {
      change: (app) => {
        const role = app.node
          .findAll()
          .find(({ node }) => node.path.endsWith('Api/GetItemGrant/Resource'));
        (role as CfnResource).addPropertyOverride('PolicyDocument.Statement.0.Resource', '*');
      },
    });
    expect(rulesOf(result)).toEqual(['Manara-ExactGrants']);
  });

  test('every rule of the strict pack has a name of its own', () => {
    expect(new Set(strictRules.map(({ id }) => id)).size).toBe(strictRules.length);
  });
});

describe('the reports', () => {
  const result = gate(prod, {
    suppressions: suppressions.filter(({ rule }) => !/COG4/.test(rule)),
  });

  test('the table shows failures first and reasons for what is allowed', () => {
    const text = table(result);
    expect(text).toMatch(/^FAILED\n {2}AwsSolutions-COG4/);
    expect(text).toContain(
      'AWS X-Ray has no resources to name for PutTraceSegments and PutTelemetryRecords. Review by',
    );
    expect(text).toMatch(/1 configurations, \d+ allowed findings, 1 failures$/);
  });

  test('JUnit counts one failure and skips what is allowed', () => {
    const xml = junit(result);
    expect(xml).toContain(`failures="1" skipped="${result.suppressed.length}"`);
    expect(xml.match(/<failure /g)).toHaveLength(1);
  });

  test('SARIF names rules, places and justifications', () => {
    const [run] = JSON.parse(sarif(result)).runs;
    const open = run.results.filter((one: { suppressions?: unknown }) => !one.suppressions);
    expect(open).toMatchObject([{ ruleId: 'AwsSolutions-COG4', level: 'error' }]);
    expect(run.results).toHaveLength(result.suppressed.length + 1);
  });
});

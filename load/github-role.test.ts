import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { stageNames } from '../services/contract/names.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
// CloudFormation's tags are unknown to the parser, which then keeps their plain values.
const { Resources } = parse(read('github-role.yaml'), { logLevel: 'silent' });
const { AssumeRolePolicyDocument: trust, Policies } = Resources.Role.Properties;
const statements: readonly { Action: string; Resource: string; Condition?: object }[] =
  Policies[0].PolicyDocument.Statement;
const { jobs } = parse(read('../.github/workflows/load.yml'));

describe('the role of the load workflow', () => {
  test('trusts the environment that the workflow runs in', () => {
    const { StringEquals } = trust.Statement[0].Condition;
    const subject: string = StringEquals['token.actions.githubusercontent.com:sub'];
    expect(subject).toBe('repo:${Repository}:environment:load-${Stage}');
    expect(jobs.load.environment).toBe('load-staging');
  });

  test('may call what the runner calls of AWS, and nothing else', () => {
    const sources = globSync('**/*.ts', { cwd: import.meta.dirname })
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => read(file));
    const called = sources.flatMap((text) =>
      [...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name),
    );
    const allowed = statements.map(({ Action }) => Action.split(':')[1]);
    expect(allowed.sort()).toEqual([...new Set(called)].sort());
  });

  test('reaches only the stage, but for metrics, which have no resource', () => {
    const open = statements.filter(
      ({ Resource, Condition }) =>
        !Resource.includes('${Stage}') && !JSON.stringify(Condition ?? '').includes('Stage'),
    );
    expect(open.map(({ Action }) => Action)).toEqual(['cloudwatch:GetMetricData']);
    const { accessLog } = stageNames('${Stage}');
    expect(statements.some(({ Resource }) => Resource.includes(`log-group:${accessLog}:`))).toBe(
      true,
    );
  });
});

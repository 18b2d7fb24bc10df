import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { stages } from '../stages.ts';
import { propertiesOf, templatesOf } from '../templates.ts';
import { stackOrder } from './deploy-steps.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
// CloudFormation's tags are unknown to the parser, which then keeps their plain values.
const { Parameters, Resources } = parse(read('github-role.yaml'), { logLevel: 'silent' });
const { AssumeRolePolicyDocument: trust, Policies } = Resources.Role.Properties;
const statements = Policies[0].PolicyDocument.Statement;
const workflow = parse(read('../../.github/workflows/deploy.yml'));

describe('the role of the deploy workflow', () => {
  test('trusts one environment of one repository', () => {
    expect(trust.Statement).toHaveLength(1);
    expect(trust.Statement[0].Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': 'repo:${Repository}:environment:${Stage}',
      },
    });
  });

  test('takes the repository as either form of subject names it, and no pattern', () => {
    const pattern = new RegExp(`^(?:${Parameters.Repository.AllowedPattern})$`);
    for (const repository of ['octo/my.repo', 'octo@123/my.repo@456']) {
      expect([repository, pattern.test(repository)]).toEqual([repository, true]);
    }
    for (const repository of ['octo/*', 'octo@x/repo', 'octo/repo:ref', '*/repo']) {
      expect([repository, pattern.test(repository)]).toEqual([repository, false]);
    }
  });

  test('may read every stack that the command deploys', () => {
    const { Resource } = statements.find(({ Sid }: { Sid: string }) => Sid === 'ReadStacks');
    const read = Resource.map((arn: string) =>
      arn.replace(/.*Manara-\$\{Stage\}-(\w+)\/\*$/, '$1'),
    );
    expect(read.sort()).toEqual([...stackOrder].sort());
  });

  test('names exact actions, and a wildcard only below a resource of the stage', () => {
    for (const { Action, Resource, Condition } of statements) {
      expect([Action].flat().join()).not.toMatch(/[*?]/);
      for (const arn of [Resource].flat()) {
        expect(arn.replace(/\/\*$/, '')).not.toMatch(/[*?]/);
        const ofStage =
          arn.includes('${Stage}') || Condition?.StringEquals['aws:ResourceTag/stage'];
        expect([arn, arn.endsWith('*') ? Boolean(ofStage) : true]).toEqual([arn, true]);
      }
    }
  });

  test('may write to the bucket that the template makes', () => {
    const { Web } = templatesOf(stages[2]!);
    const names = propertiesOf(Web, 'AWS::S3::Bucket').map(({ BucketName }) =>
      JSON.stringify(BucketName),
    );
    const { Resource } = statements.find(({ Sid }: { Sid: string }) => Sid === 'ListSite');
    const prefix = Resource.split(':::')[1].replace('${Stage}', 'prod').split('${')[0];
    expect(names.filter((name) => name.includes(`"${prefix}"`))).toHaveLength(1);
  });
});

describe('the deploy workflow', () => {
  test('offers the stages that there are', () => {
    expect(workflow.on.workflow_dispatch.inputs.stage.options).toEqual(
      stages.map(({ stage }) => stage),
    );
  });

  const { check, deploy } = workflow.jobs;
  const commands = ({ steps }: typeof deploy): readonly string[] =>
    steps.map(({ run, uses }: { run?: string; uses?: string }) => run ?? uses);

  test('holds a token for AWS and no secret', () => {
    expect(workflow.permissions).toEqual({});
    expect(deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|AWS_ACCESS_KEY/);
  });

  test('passes its gate where no token can be had', () => {
    expect(commands(check)).toEqual(expect.arrayContaining(['npm run check', 'npm run nag']));
    expect(check.permissions).toEqual({ contents: 'read' });
    expect(check).not.toHaveProperty('environment');
    expect(deploy.needs).toBe('check');
  });

  test('runs no install script beside the token, and only actions pinned by commit', () => {
    expect(commands(deploy)).toContain('npm ci --ignore-scripts');
    for (const used of [...commands(check), ...commands(deploy)].filter((one) => /@/.test(one))) {
      expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  test('puts what was typed in into the environment, never into a script', () => {
    for (const command of [...commands(check), ...commands(deploy)]) {
      expect(command).not.toContain('${{');
    }
  });
});

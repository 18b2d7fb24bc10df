import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { stages } from '../stages.ts';
import { propertiesOf, templatesOf } from '../templates.ts';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
// CloudFormation's tags are unknown to the parser, which then keeps their plain values.
const { Resources } = parse(read('github-role.yaml'), { logLevel: 'silent' });
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

  test('holds a token for AWS and no secret', () => {
    expect(workflow.permissions).toEqual({});
    expect(workflow.jobs.deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(JSON.stringify(workflow)).not.toMatch(/secrets\.|AWS_ACCESS_KEY/);
  });

  test('passes its gate before it has credentials', () => {
    const steps = workflow.jobs.deploy.steps.map(
      ({ run, uses }: { run?: string; uses?: string }) => run ?? uses,
    );
    const credentials = steps.findIndex((step: string) => step.startsWith('aws-actions/'));
    expect(steps.indexOf('npm run nag')).toBeLessThan(credentials);
    expect(credentials).toBeLessThan(
      steps.findIndex((step: string) => step.startsWith('npm run deploy')),
    );
  });
});

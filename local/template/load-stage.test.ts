import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { notEmulated } from './emulation.ts';
import { loadStage } from './load-stage.ts';
import { NotEmulatedError } from './resource.ts';

const template = {
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'manara-dev' } },
    Pool: { Type: 'AWS::Cognito::UserPool' },
    Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'reader' } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'reader', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
      Metadata: { 'aws:asset:path': 'asset.1' },
    },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: { Name: 'live', FunctionName: { Ref: 'Function' } },
    },
    Alarm: { Type: 'AWS::CloudWatch::Alarm' },
  },
};
let root: string;
const write = async (stage: string, body: object) => {
  await mkdir(join(root, stage), { recursive: true });
  await writeFile(join(root, stage, `Manara-${stage}-Api.template.json`), JSON.stringify(body));
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stage-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('loadStage', () => {
  test('gives resources stable local ids and resolved properties', async () => {
    await write('dev', template);
    const stage = await loadStage(root, 'dev');
    const [api] = stage.ofType('AWS::ApiGateway::RestApi');
    expect(api?.ref).toMatch(/^[a-z0-9]{10}$/);
    expect((await loadStage(root, 'dev')).ofType('AWS::ApiGateway::RestApi')[0]?.ref).toBe(
      api?.ref,
    );
    const [pool] = stage.ofType('AWS::Cognito::UserPool');
    expect(pool?.ref).toMatch(/^us-east-1_[a-z0-9]{9}$/);
    expect(pool?.arn).toBe(`arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool?.ref}`);
    const [reader] = stage.ofType('AWS::Lambda::Function');
    expect(reader?.stack).toBe('Api');
    expect(reader?.properties['Role']).toBe('arn:aws:iam::000000000000:role/reader');
    expect(stage.find('arn:aws:iam::000000000000:role/reader')?.logicalId).toBe('Role');
    expect(reader && stage.assetPath(reader)).toBe(join(root, 'dev', 'asset.1'));
    expect(stage.ofType('AWS::Lambda::Alias')[0]?.ref).toBe(
      'arn:aws:lambda:us-east-1:000000000000:function:reader:live',
    );
  });

  test('says in one line what to do where nothing is synthesized', async () => {
    await expect(loadStage(root, 'nope')).rejects.toThrow(
      /nope holds no templates: run "npm run synth -- nope" first$/,
    );
  });

  test('says in one line how a damaged template is mended', async () => {
    await mkdir(join(root, 'broken'));
    await writeFile(join(root, 'broken', 'Manara-broken-Api.template.json'), '{"Resources":');
    await expect(loadStage(root, 'broken')).rejects.toThrow(
      /^[^\n]*Api\.template\.json[^\n]*; "npm run synth -- broken" writes it anew$/,
    );
  });

  test('names a value that nothing resolves', async () => {
    await write('odd', {
      Resources: { A: { Type: 'X::Y::Z', Properties: { P: { Ref: 'Gone' } } } },
    });
    await expect(loadStage(root, 'odd')).rejects.toThrow(/A\.Properties\.P: there is no resource/);
  });

  test('refuses inline code by name', async () => {
    const stage = await loadStage(root, 'dev');
    const [role] = stage.ofType('AWS::IAM::Role');
    expect(() => role && stage.assetPath(role)).toThrow(/Role names no code asset/);
  });
});

describe('notEmulated', () => {
  test('counts what no request meets', async () => {
    expect([...notEmulated(await loadStage(root, 'dev'))]).toEqual([['AWS::CloudWatch::Alarm', 1]]);
  });

  test('refuses an unknown type on the request path', async () => {
    await write('odd', { Resources: { Url: { Type: 'AWS::Lambda::Url' } } });
    const stage = await loadStage(root, 'odd');
    expect(() => notEmulated(stage)).toThrow(NotEmulatedError);
    expect(() => notEmulated(stage)).toThrow(/AWS::Lambda::Url Url: this type is not emulated/);
  });
});

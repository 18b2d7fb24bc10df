/** `cdk.out/<stage>` → the stage: the runtime's only input. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UnresolvedError } from '../../cloudwatch/template/intrinsics.ts';
import { openTemplates } from '../../cloudwatch/template/open-templates.ts';
import { readTemplates } from '../../cloudwatch/template/read-templates.ts';
import type { Identify, TemplateResource } from '../../cloudwatch/template/template-set.ts';
import type { Resource, Stage } from './resource.ts';

/** The account that a laptop plays, where the stage names none. */
const localAccount = '000000000000';

/** A stable id in the alphabet that the service uses, made from where the resource stands. */
const idOf = (resource: TemplateResource, length: number): string =>
  BigInt(`0x${createHash('sha256').update(`${resource.file}/${resource.logicalId}`).digest('hex')}`)
    .toString(36)
    .slice(0, length);

/** Lengths of the ids that AWS makes itself. */
const generatedIds: Readonly<Record<string, number>> = {
  'AWS::ApiGateway::RestApi': 10,
  'AWS::ApiGateway::Resource': 6,
  'AWS::ApiGateway::Deployment': 6,
  'AWS::ApiGateway::Authorizer': 6,
  'AWS::ApiGateway::RequestValidator': 6,
  'AWS::Cognito::UserPoolClient': 26,
};

/**
 * Reads every template of a synthesized stage.
 * @param root the folder that holds `<stage>/`, normally `cdk.out`
 * @throws Error of one line: the stage is not synthesized, a template is broken or holds a value that nothing resolves
 */
export async function loadStage(root: string, name: string): Promise<Stage> {
  const directory = resolve(root, name);
  const files = await readdir(directory).catch(() => []);
  const templates = files.filter((file) => file.endsWith('.template.json')).sort();
  if (templates.length === 0) {
    throw new Error(`${directory} holds no templates: run "npm run synth -- ${name}" first`);
  }
  const paths = templates.map((file) => join(directory, file));
  const read = await readTemplates(paths).catch((error: Error) => {
    throw new Error(`${error.message}; "npm run synth -- ${name}" writes it anew`);
  });
  const api = read.find(({ file }) => file.endsWith('-Api.template.json')) ?? read[0];
  const { region = 'us-east-1', account = localAccount } = api ?? {};
  const set = openTemplates(
    read.map((file) => ({ region, account, ...file })),
    { identify: identify(account) },
  );
  const resources = set.resources.map((resource) => toResource(resource, name));
  const byId = new Map(
    resources.flatMap((r) => [[r.ref, r] as const, [r.arn ?? r.ref, r] as const]),
  );
  const assets = new Map(
    resources.map((r, i) => [r, set.resources[i]?.metadata['aws:asset:path']]),
  );
  return {
    name,
    region,
    account,
    directory,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (refOrArn) => byId.get(refOrArn),
    assetPath: (resource) => {
      const path = assets.get(resource);
      if (typeof path !== 'string') {
        throw new Error(
          `${resource.type} ${resource.logicalId} names no code asset: give it a folder of code, not inline code or an image`,
        );
      }
      return resolve(directory, path);
    },
  };
}

const identify =
  (account: string): Identify =>
  (resource, attribute) => {
    const { type } = resource;
    if (type === 'AWS::ApiGateway::RestApi' && attribute === 'RootResourceId') {
      return idOf(resource, 10).split('').reverse().join('');
    }
    if (type === 'AWS::Cognito::UserPool') {
      const id = `${resource.region}_${idOf(resource, 9)}`;
      if (attribute === 'Ref') return id;
      if (attribute === 'Arn') {
        return `arn:aws:cognito-idp:${resource.region}:${account}:userpool/${id}`;
      }
    }
    const length = generatedIds[type];
    return length && (attribute === 'Ref' || /Id$/.test(attribute))
      ? idOf(resource, length)
      : undefined;
  };

/** `Manara-dev-Api.template.json` holds the stack `Api`. */
const stackOf = (file: string, stage: string) =>
  file.replace(/^.*\//, '').replace('.template.json', '').replace(`Manara-${stage}-`, '');

function toResource(resource: TemplateResource, stage: string): Resource {
  try {
    return {
      stack: stackOf(resource.file, stage),
      logicalId: resource.logicalId,
      type: resource.type,
      ref: resource.ref,
      arn: resource.arn,
      properties: resource.properties(),
    };
  } catch (error) {
    if (error instanceof UnresolvedError) {
      throw new Error(`${error.message}: the local runtime needs every value of the template`);
    }
    throw error;
  }
}

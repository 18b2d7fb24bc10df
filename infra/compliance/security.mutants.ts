/** Each mutant of `security-mutants.yaml` must be named by the rule that it stands under, and every strict rule by a mutant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type App, CfnResource } from 'aws-cdk-lib/core';
import { parse } from 'yaml';
import { stageNamed } from '../stages.ts';
import { type Json, type Templates, templatesOf } from '../templates.ts';
import { expectedPrivileges, privileges } from './least-privilege.ts';
import { runPacks } from './run-packs.ts';
import { offencesIn, strictRules } from './strict-checks.ts';
import { suppressions } from './suppressions.ts';

type Mutant = readonly [target: string, changes: 'drop' | Readonly<Record<string, unknown>>];

const prod = stageNamed('prod');
const file = readFileSync(join(import.meta.dirname, 'security-mutants.yaml'), 'utf8');
const { paths: _, ...groups } = parse(file) as Record<string, Record<string, Mutant>>;
const mutants = Object.entries(groups).flatMap(([rule, members]) =>
  Object.entries(members).map(([name, mutant]) => [rule, name, mutant] as const),
);

/** @param path without the stage, `/Resource` and the dot and rest of a generated name: `Api/GetItemGrant` */
function resourceAt(app: App, path: string): CfnResource {
  const found = app.node
    .findAll()
    .find(
      (one) =>
        CfnResource.isCfnResource(one) &&
        [path, `${path}/Resource`].includes(
          one.node.path.replace(/^Manara-[a-z0-9]+-/, '').replace(/(ApiPermission)\.[^/]*$/, '$1'),
        ),
    );
  if (!found) throw new Error(`there is no resource ${path} to mutate`);
  return found as CfnResource;
}

/** `arn of Api/PutItemRole`, anywhere in a value, becomes the reference. */
const resolved = (app: App, value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, text) => {
    const [, kind, path = ''] = /^(arn|ref) of (.+)$/.exec(String(text)) ?? [];
    if (!kind) return text;
    const { logicalId } = resourceAt(app, path);
    const id = resourceAt(app, path).stack.resolve(logicalId);
    return kind === 'ref' ? { Ref: id } : { 'Fn::GetAtt': [id, 'Arn'] };
  });

function mutate(app: App, [target, changes]: Mutant): void {
  const [stack, type] = target.split(' + ');
  if (type) {
    const scope = app.node.children.find(({ node }) => node.id.endsWith(`-${stack}`))!;
    const properties = resolved(app, changes) as Record<string, unknown>;
    new CfnResource(scope, 'Mutant', { type, properties });
    return;
  }
  const resource = resourceAt(app, target);
  if (changes === 'drop') {
    resource.node.scope?.node.tryRemoveChild(resource.node.id);
    return;
  }
  for (const [name, value] of Object.entries(changes)) {
    const [own] = /(?<=^this\.).+/.exec(name) ?? [];
    if (own) (resource as Json)[own] = value;
    else if (value === null) resource.addPropertyDeletionOverride(name);
    else if (name === 'DeletionPolicy') resource.addOverride(name, value);
    else resource.addPropertyOverride(name, resolved(app, value));
  }
}

const isListed = (rule: string, path: string) =>
  suppressions.some((row) => !row.only && row.rule === rule && row.paths.includes(path));

const matrix = (templates: Templates): readonly string[] =>
  Object.entries(templates).every(
    ([stack, template]) =>
      privileges(template).join('\n') === expectedPrivileges(stack, prod).join('\n'),
  )
    ? []
    : ['matrix'];

function caught(change: (app: App) => void): readonly string[] {
  const { findings, templates } = runPacks('prod', prod, { change });
  const open = findings.filter(({ rule, path }) => !isListed(rule, path));
  return [...open.map(({ rule }) => rule), ...matrix(templates)];
}

describe('mutants of prod', () => {
  let killed = 0;

  test('without a mutation nothing is caught', () => {
    expect(caught(() => {})).toEqual([]);
  });

  test.each(mutants)('%s names %s', (rule, _, mutant) => {
    expect(caught((app) => mutate(app, mutant))).toContain(rule);
    killed += 1;
  });

  test('no rule of the strict pack could go unnoticed', () => {
    const idle = strictRules.filter(({ id }) => !(`Manara-${id}` in groups));
    expect(idle.map(({ id }) => id)).toEqual([]);
  });

  /** Edits past CDK altogether. */
  const edits: readonly [string, string, (resources: Record<string, Json>) => void][] = [
    [
      'Manara-ExactGrants',
      'a wildcard policy in a finished template',
      (resources) => {
        const PolicyDocument = { Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' } };
        resources['Evil'] = { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } };
      },
    ],
    [
      'Manara-LoggedFirewall',
      'a firewall that only counts in a finished template',
      (resources) => {
        const acl = Object.values(resources).find(({ Type }) => Type === 'AWS::WAFv2::WebACL');
        acl.Properties.Rules[0].OverrideAction = { Count: {} };
      },
    ],
    [
      'matrix',
      'a grant cut out of a finished template',
      (resources) => {
        delete resources[Object.keys(resources).find((id) => id.startsWith('GetItemGrant'))!];
      },
    ],
  ];

  test.each(edits)('%s names %s', (rule, _, edit) => {
    const templates = templatesOf(prod);
    edit(templates['Api']!.Resources as Record<string, Json>);
    const offences = offencesIn(templates['Api']!, prod).map((offence) => offence.rule);
    expect([...offences, ...matrix(templates)]).toContain(rule);
    killed += 1;
  });

  afterAll(() => {
    console.log(`mutants killed: ${killed} of ${mutants.length + edits.length}`);
  });
});

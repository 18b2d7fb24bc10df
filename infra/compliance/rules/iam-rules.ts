/** Grants and principals: what cdk-nag does not see. */
import { ofType } from '../../templates.ts';
import { type Statement, statementsOf, textOf } from '../policy-statements.ts';
import type { Offence, StrictRule } from '../strict-rule.ts';

/** X-Ray knows no resources for these (Service Authorization Reference). */
const withoutResource = new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);

/** Who may be named in an Allow: our services, and the account itself on its keys (the key policy's default). */
export const allowedPrincipals: Readonly<Record<Statement['kind'], readonly RegExp[]>> = {
  identity: [],
  trust: [/^Service:(lambda|apigateway|codedeploy)\.amazonaws\.com$/],
  resource: [
    /^Service:(budgets|cloudfront|cloudwatch|delivery\.logs|logging\.s3)\.amazonaws\.com$/,
    /^AWS:arn:(aws|\$\{AWS::Partition\}):iam::\$\{AWS::AccountId\}:root$/,
  ],
};

const wildcard = /[*?]/;

export const iamRules: readonly StrictRule[] = [
  {
    id: 'ExactGrants',
    demand: 'Grants name exact actions and exact resources; nothing is granted by exclusion.',
    *check(template) {
      for (const statement of statementsOf(template)) {
        if (statement.effect === 'Allow' && statement.kind === 'identity') {
          yield* vague(statement);
        }
      }
    },
  },
  {
    id: 'KnownPrincipals',
    demand: 'Only principals of the allow-list are let in, nobody by exclusion.',
    *check(template) {
      for (const { kind, effect, principals, notPrincipals, logicalId } of statementsOf(template)) {
        const strangers = principals.filter(
          (name) =>
            effect === 'Allow' && !allowedPrincipals[kind].some((known) => known.test(name)),
        );
        for (const name of [...strangers, ...notPrincipals.map((not) => `not ${not}`)]) {
          yield [logicalId, name];
        }
      }
    },
  },
  {
    id: 'ServicesForThisAccount',
    demand:
      'A service that acts on a resource of ours does so for this account only, by exact actions.',
    *check(template) {
      for (const { kind, effect, principals, conditions, actions, logicalId } of statementsOf(
        template,
      )) {
        const services = principals.some((name) => name.startsWith('Service:'));
        if (kind !== 'resource' || effect !== 'Allow' || !services) {
          continue;
        }
        if (!/AWS::AccountId/.test(JSON.stringify(conditions ?? {}))) {
          yield [logicalId, 'no condition on aws:SourceAccount or aws:SourceArn'];
        }
        for (const action of actions.filter((name) => wildcard.test(name))) {
          yield [logicalId, `action ${action}`];
        }
      }
    },
  },
  {
    id: 'NoManagedPolicies',
    demand: 'Roles carry policies of their own, none that somebody else may change.',
    *check(template) {
      for (const type of ['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group']) {
        for (const [logicalId, { Properties }] of ofType(template, type)) {
          for (const arn of Properties.ManagedPolicyArns ?? []) {
            yield [logicalId, textOf(arn, template)];
          }
        }
      }
    },
  },
  {
    id: 'OwnPolicyName',
    demand:
      'A policy on a role of another stack is named after the stage: other stages add theirs.',
    *check(template, { stage }) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::IAM::Policy')) {
        const isForeign = Properties.Roles?.some((role: unknown) => typeof role === 'string');
        if (isForeign && !Properties.PolicyName.includes(`-${stage}-`)) {
          yield [logicalId, `PolicyName ${Properties.PolicyName} is every stage's`];
        }
      }
    },
  },
  {
    id: 'OwnRole',
    demand: 'No two functions share a role.',
    *check(template) {
      const users = new Map<string, string>();
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
        const role = textOf(Properties.Role, template);
        const other = users.get(role);
        if (other) {
          yield [logicalId, `shares ${role} with ${other}`];
        }
        users.set(role, logicalId);
      }
    },
  },
];

function* vague(statement: Statement): Iterable<Offence> {
  const { logicalId, actions, notActions, resources, notResources } = statement;
  for (const action of actions.filter((name) => wildcard.test(name))) {
    yield [logicalId, `action ${action}`];
  }
  for (const exclusion of [...notActions, ...notResources]) {
    yield [logicalId, `everything but ${exclusion}`];
  }
  if (!actions.every((action) => withoutResource.has(action))) {
    for (const resource of resources.filter((name) => wildcard.test(name))) {
      yield [logicalId, `resource ${resource}`];
    }
  }
}

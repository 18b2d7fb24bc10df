/** Grants and principals: what cdk-nag does not see. */
import { ofType } from '../../templates.ts';
import { isExclusion, type Statement, textOf } from '../policy-statements.ts';
import { held, type StrictRule } from '../strict-rule.ts';

/** X-Ray knows no resources for these (Service Authorization Reference). */
const withoutResource = new Set(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']);

/** Who may be named in an Allow: our services, and the account itself on its keys (the key policy's default). */
const allowedPrincipals: Readonly<Record<Statement['kind'], RegExp>> = {
  identity: /^(?!)/,
  trust: /^Service:(lambda|apigateway|codedeploy)\.amazonaws\.com$/,
  resource:
    /^(Service:(budgets|cloudfront|cloudwatch|delivery\.logs|logging\.s3)\.amazonaws\.com|AWS:arn:(aws|\$\{AWS::Partition\}):iam::\$\{AWS::AccountId\}:root)$/,
};

const isVague = (name: string) => /[*?]/.test(name) || isExclusion(name);

const vague = ({ actions, resources }: Statement): readonly string[] => [
  ...actions.filter(isVague).map((action) => `action ${action}`),
  ...resources
    .filter(isVague)
    .filter((name) => name !== '*' || !actions.every((action) => withoutResource.has(action)))
    .map((resource) => `resource ${resource}`),
];

export const iamRules: readonly StrictRule[] = [
  {
    id: 'ExactGrants',
    demand: 'Grants name exact actions and exact resources; nothing is granted by exclusion.',
    finds: (subject) =>
      held(subject)
        .filter(({ kind, effect }) => kind === 'identity' && effect === 'Allow')
        .flatMap(vague),
  },
  {
    id: 'KnownPrincipals',
    demand: 'Only principals of the allow-list are let in, nobody by exclusion.',
    finds: (subject) =>
      held(subject).flatMap(({ kind, effect, principals }) =>
        principals.filter(
          (name) =>
            isExclusion(name) || (effect === 'Allow' && !allowedPrincipals[kind].test(name)),
        ),
      ),
  },
  {
    id: 'ServicesForThisAccount',
    demand:
      'A service that acts on a resource of ours does so for this account only, by exact actions.',
    finds: (subject) =>
      held(subject)
        .filter(({ kind, effect }) => kind === 'resource' && effect === 'Allow')
        .filter(({ principals }) => principals.some((name) => name.startsWith('Service:')))
        .flatMap(({ conditions, actions }) => [
          !JSON.stringify(conditions ?? {}).includes('AWS::AccountId') &&
            'no condition on aws:SourceAccount or aws:SourceArn',
          ...actions.filter(isVague).map((action) => `action ${action}`),
        ]),
  },
  {
    id: 'NoManagedPolicies',
    demand: 'Roles carry policies of their own, none that somebody else may change.',
    of: ['IAM::Role', 'IAM::User', 'IAM::Group'],
    finds: ({ properties: { ManagedPolicyArns = [] }, template }) =>
      ManagedPolicyArns.map((arn: unknown) => textOf(arn, template)),
  },
  {
    id: 'OwnPolicyName',
    demand:
      'A policy on a role of another stack is named after the stage: other stages add theirs.',
    of: ['IAM::Policy'],
    finds: ({ properties: { Roles = [], PolicyName }, settings }) => [
      Roles.some((role: unknown) => typeof role === 'string') &&
        !PolicyName.includes(`-${settings.stage}-`) &&
        `PolicyName ${PolicyName} is every stage's`,
    ],
  },
  {
    id: 'OwnRole',
    demand: 'No two functions share a role.',
    of: ['Lambda::Function'],
    finds({ logicalId, properties: { Role }, template }) {
      const role = textOf(Role, template);
      return ofType(template, 'AWS::Lambda::Function').map(
        ([other, { Properties }]) =>
          other !== logicalId &&
          textOf(Properties.Role, template) === role &&
          `shares ${role} with ${other}`,
      );
    },
  },
];

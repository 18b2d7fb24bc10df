/** The execution role of each function with the policies that the template gives it: inline, attached by name, managed. */
import { NotEmulatedError, type Resource, type Stage } from '../template/resource.ts';
import { managedPolicies } from './managed-policies.ts';
import { compilePolicy, type Policy } from './policy.ts';

export interface Role {
  readonly arn: string;
  readonly policies: readonly Policy[];
}

/**
 * Reads AWS::Lambda::Function, AWS::IAM::Role, Policy, RolePolicy and ManagedPolicy.
 * @returns the role of each function, by the function's physical name.
 * @throws NotEmulatedError for a role or managed policy outside the template, a permissions boundary, or a trust that keeps Lambda out.
 */
export function rolesFromStage(stage: Stage): ReadonlyMap<string, Role> {
  return new Map(
    stage
      .ofType('AWS::Lambda::Function')
      .map((lambda) => [lambda.ref, readRole(stage, lambda, lambda.properties.Role)]),
  );
}

function readRole(stage: Stage, lambda: Resource, arn: string): Role {
  const role = stage.find(arn);
  if (role?.type !== 'AWS::IAM::Role') {
    throw new NotEmulatedError(lambda, `the role ${arn}, which is not in the template,`);
  }
  if (role.properties.PermissionsBoundary) {
    throw new NotEmulatedError(role, 'a permissions boundary');
  }
  if (!trusts(role, 'lambda.amazonaws.com')) {
    throw new NotEmulatedError(role, 'a trust policy other than a plain one for Lambda');
  }
  const policies = documents(stage, role).map(([name, document]) =>
    compilePolicy(name, document, 'identity'),
  );
  return { arn: role.arn ?? arn, policies };
}

function trusts(role: Resource, service: string): boolean {
  const statements = [role.properties.AssumeRolePolicyDocument?.Statement ?? []].flat();
  const denies = statements.some(({ Effect }) => Effect !== 'Allow');
  const lets = statements.some(
    ({ Action, Principal, Condition }) =>
      Condition === undefined &&
      [Action].flat().includes('sts:AssumeRole') &&
      [Principal?.Service].flat().includes(service),
  );
  return lets && !denies;
}

type Document = readonly [name: string, document: unknown];

function documents(stage: Stage, role: Resource): readonly Document[] {
  const inline = [role.properties.Policies ?? []].flat();
  const separate = [...stage.ofType('AWS::IAM::Policy'), ...stage.ofType('AWS::IAM::RolePolicy')]
    .map(({ properties }) => properties)
    .filter(({ Roles, RoleName }) => [Roles ?? RoleName ?? []].flat().includes(role.ref));
  const attached = stage
    .ofType('AWS::IAM::ManagedPolicy')
    .filter(({ properties }) => [properties.Roles ?? []].flat().includes(role.ref));
  const named = [role.properties.ManagedPolicyArns ?? []].flat();
  return [
    ...[...inline, ...separate].map(
      ({ PolicyName, PolicyDocument }): Document => [PolicyName, PolicyDocument],
    ),
    ...new Map(
      [...attached.map(ownManaged), ...named.map((arn: string) => managed(stage, role, arn))].map(
        (document) => [document[0], document],
      ),
    ).values(),
  ];
}

const ownManaged = ({ ref, arn, properties }: Resource): Document => [
  arn ?? ref,
  properties.PolicyDocument,
];

function managed(stage: Stage, role: Resource, arn: string): Document {
  const own = stage.find(arn);
  if (own) return ownManaged(own);
  const document = managedPolicies[arn.replace(/^arn:[^:]+:iam::aws:policy\//, '')];
  if (!document) throw new NotEmulatedError(role, `the managed policy ${arn}`);
  return [arn, document];
}

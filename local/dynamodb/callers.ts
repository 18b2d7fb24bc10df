/**
 * Who may call: each function under its role, and people at the same machine. Nobody is above the policies:
 * `local` is an administrator, whom the table's own policy may keep from the items; `break-glass` is the role which that policy
 * spares though no function has it.
 */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../iam/evaluate.ts';
import { type Grants, sessionOf } from '../iam/grants.ts';
import { managedPolicies } from '../iam/managed-policies.ts';
import { compilePolicy } from '../iam/policy.ts';
import type { Stage } from '../template/resource.ts';
import type { Credentials } from './signature.ts';

export interface Caller {
  readonly credentials: Credentials;
  readonly principal: Principal;
  /** Absent for people. */
  readonly functionName?: string;
}

/** By access key id. Functions get new random credentials at every start; a person's key and secret are the name in the header above. */
export function createCallers(stage: Stage, grants: Grants): ReadonlyMap<string, Caller> {
  const functions = stage.ofType('AWS::Lambda::Function').map(
    ({ ref }): Caller => ({
      credentials: {
        accessKeyId: `ASIA${randomText(16).toUpperCase()}`,
        secretAccessKey: randomText(40),
        sessionToken: randomText(200),
      },
      functionName: ref,
      principal: grants.principal(ref),
    }),
  );
  const people = [
    person('local', `arn:aws:iam::${stage.account}:role/local-administrator`),
    ...sparedRoles(stage)
      .slice(0, 1)
      .map((arn) => person('break-glass', arn)),
  ];
  return new Map(
    [...functions, ...people].map((caller) => [caller.credentials.accessKeyId, caller]),
  );
}

const randomText = (length: number) =>
  [...randomBytes(length)].map((byte) => (byte % 36).toString(36)).join('');

function person(key: string, roleArn: string): Caller {
  const name = 'AdministratorAccess';
  return {
    credentials: { accessKeyId: key, secretAccessKey: key },
    principal: sessionOf(roleArn, 'developer', [
      compilePolicy(name, managedPolicies[name], 'identity'),
    ]),
  };
}

/** Roles that a table's policy names and that the template does not make. */
function sparedRoles(stage: Stage): readonly string[] {
  const policies = stage
    .ofType('AWS::DynamoDB::Table')
    .map(({ properties }) => JSON.stringify(properties.ResourcePolicy ?? {}));
  const named = policies.join().match(/arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+(?=")/g) ?? [];
  return named.filter((arn) => !stage.find(arn));
}

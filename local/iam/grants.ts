/** Decides the calls of the functions and remembers which grants they used: least privilege shown both ways. */
import type { Stage } from '../template/resource.ts';
import { everyRequest } from './condition-keys.ts';
import { type AccessRequest, type Decision, evaluate, type Principal } from './evaluate.ts';
import type { Statement } from './policy.ts';
import type { Role } from './roles-from-stage.ts';

/** One action of one Allow statement of a function's role. */
export interface Grant {
  readonly function: string;
  readonly role: string;
  readonly policy: string;
  /** `Sid`, or the statement's index in its policy. */
  readonly statement: string;
  /** As written in the policy; `NotAction` statements count as one. */
  readonly action: string;
  readonly resources: readonly string[];
}

export interface UsedGrant extends Grant {
  readonly calls: number;
  /** What was called under this grant: `dynamodb:GetItem arn:…`. A wildcard shows here what it is needed for. */
  readonly observed: readonly string[];
}

export interface GrantReport {
  readonly used: readonly UsedGrant[];
  readonly unused: readonly Grant[];
}

export type Call = Omit<AccessRequest, 'principal'>;

export interface Grants {
  /** The function's session under its role, as AWS names it. */
  principal(functionName: string): Principal;
  /** Decides one call of anybody and, where it is a function's and allowed, marks the grant as used. */
  decide(principal: Principal, call: Call): Decision;
  report(): GrantReport;
}

/** @param roles the role of each function, from {@link rolesFromStage}. */
export function createGrants(
  roles: ReadonlyMap<string, Role>,
  { region, account }: Pick<Stage, 'region' | 'account'>,
  now: () => number = Date.now,
): Grants {
  const principals = new Map(
    [...roles].map(([name, { arn, policies }]) => [name, sessionOf(arn, name, policies)]),
  );
  const entries = [...roles].flatMap(([name, role]) => grantsOf(name, role));
  return {
    principal(functionName) {
      const found = principals.get(functionName);
      if (!found) throw new Error(`There is no function ${functionName} in the template`);
      return found;
    },
    decide(principal, call) {
      const context = { ...everyRequest(region, account, now()), ...call.context };
      const decision = evaluate({ principal, ...call, context });
      if (decision.decision === 'Allow') use(entries, decision.statement, call);
      return decision;
    },
    report: () => ({
      used: entries
        .filter(({ observed }) => observed.size > 0)
        .map(({ grant, calls, observed }) => ({ ...grant, calls, observed: [...observed] })),
      unused: entries.filter(({ observed }) => observed.size === 0).map(({ grant }) => grant),
    }),
  };
}

/** A log grant sees a new stream with every environment: the first few tell enough. */
const mostObserved = 20;

interface Entry {
  readonly grant: Grant;
  /** Each function has its own, even where two share a role. */
  readonly of: Statement;
  readonly covers: (action: string) => boolean;
  readonly observed: Set<string>;
  calls: number;
}

function use(entries: readonly Entry[], statement: Statement, call: Call) {
  const entry = entries.find(({ of, covers }) => of === statement && covers(call.action));
  if (!entry) return; // of a resource's policy, or of a person
  entry.calls++;
  if (entry.observed.size < mostObserved) entry.observed.add(`${call.action} ${call.resource}`);
}

const grantsOf = (functionName: string, role: Role): readonly Entry[] =>
  role.policies
    .flatMap(({ statements }) => statements)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      actionsOf(statement).map(({ action, covers }) => ({
        grant: {
          function: functionName,
          role: role.arn,
          policy: statement.policy,
          statement: statement.sid ?? String(statement.index),
          action,
          resources: statement.resources.patterns.map(({ source }) =>
            statement.resources.negated ? `NotResource ${source}` : source,
          ),
        },
        of: statement,
        covers,
        observed: new Set(),
        calls: 0,
      })),
    );

function actionsOf({ actions: { negated, patterns } }: Statement) {
  if (negated) {
    const action = `NotAction ${patterns.map(({ source }) => source).join(', ')}`;
    return [{ action, covers: () => true }];
  }
  return patterns.map((pattern) => ({
    action: pattern.source,
    covers: (action: string) => pattern.matches(action, () => undefined),
  }));
}

/** The session of a role, as AWS names it. */
export function sessionOf(
  roleArn: string,
  session: string,
  policies: Principal['identityPolicies'],
) {
  const [, partition, , , account, role = ''] = roleArn.split(':');
  const name = role.replace(/^.*\//, '');
  const arn = `arn:${partition}:sts::${account}:assumed-role/${name}/${session}`;
  return { arn, roleArn, identityPolicies: policies };
}

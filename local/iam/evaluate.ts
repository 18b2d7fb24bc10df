/** Decides one request within one account. Source: IAM User Guide, "Policy evaluation logic" and "Evaluating identity-based policies with resource-based policies". */
import { type Context, type ContextLookup, resolver } from './condition.ts';
import type { Patterns, Policy, Statement } from './policy.ts';
import { accountOf, type Caller } from './principal.ts';

export interface Principal extends Caller {
  readonly identityPolicies: readonly Policy[];
}

export interface AccessRequest {
  readonly principal: Principal;
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** An ARN, or `*` for actions without a resource. */
  readonly resource: string;
  readonly resourcePolicy?: Policy | undefined;
  readonly context?: Context;
}

export type PolicyType = 'identity-based policy' | 'resource-based policy';

export type Decision =
  | { readonly decision: 'ImplicitDeny' }
  | {
      readonly decision: 'Allow' | 'ExplicitDeny';
      readonly statement: Statement;
      readonly policyType: PolicyType;
    };

/**
 * Any applicable Deny wins; otherwise one Allow, of an identity-based or of the resource-based policy, is enough.
 * `aws:PrincipalArn`, `aws:PrincipalAccount` and `aws:PrincipalType` come from the principal.
 */
export function evaluate(request: AccessRequest): Decision {
  const { principal, resource, resourcePolicy } = request;
  const account = accountOf(principal.arn);
  // Across accounts both sides must allow, and the other account's side is not in the template.
  if (![account, ''].includes(accountOf(resource))) return { decision: 'ImplicitDeny' };
  const lookup = contextLookup({
    'aws:PrincipalArn': principal.roleArn ?? principal.arn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': principal.roleArn ? 'AssumedRole' : 'User',
    ...request.context,
  });
  let allow: Decision | undefined;
  for (const [policyType, policies] of [
    ['identity-based policy', principal.identityPolicies],
    ['resource-based policy', resourcePolicy ? [resourcePolicy] : []],
  ] as const) {
    for (const statement of policies.flatMap((policy) => policy.statements)) {
      const reach = statement.reach?.(principal) ?? 'named';
      if (reach === 'none' || !applies(statement, request, lookup)) continue;
      if (statement.effect === 'Deny') return { decision: 'ExplicitDeny', statement, policyType };
      if (reach === 'named') allow ??= { decision: 'Allow', statement, policyType };
    }
  }
  return allow ?? { decision: 'ImplicitDeny' };
}

function applies(statement: Statement, request: AccessRequest, lookup: ContextLookup): boolean {
  const resolve = resolver(lookup);
  const hit = ({ negated, patterns }: Patterns, value: string) =>
    patterns.some((pattern) => pattern.matches(value, resolve)) !== negated;
  return (
    hit(statement.actions, request.action) &&
    hit(statement.resources, request.resource) &&
    statement.conditions.every((holds) => holds(lookup))
  );
}

function contextLookup(context: Context): ContextLookup {
  let keys: ReadonlyMap<string, string | readonly string[]> | undefined;
  return (key) => {
    if (key in context) return context[key];
    keys ??= new Map(Object.entries(context).map(([name, value]) => [name.toLowerCase(), value]));
    return keys.get(key.toLowerCase());
  };
}

/** AWS's sentence for a refused call. Source: IAM User Guide, "Troubleshoot access denied error messages". */
export function accessDenied(request: AccessRequest, decision: Decision): string {
  const { principal, action, resource } = request;
  const because =
    decision.decision === 'ImplicitDeny'
      ? `because no identity-based policy allows the ${action} action`
      : `with an explicit deny in ${decision.policyType === 'resource-based policy' ? 'a' : 'an'} ${decision.policyType}`;
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

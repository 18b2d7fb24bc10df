/** The Principal and NotPrincipal elements. Source: IAM User Guide, JSON policy elements "Principal" and "NotPrincipal". */

/** Who calls: a user, or a role's session together with its role. */
export interface Caller {
  /** `arn:aws:sts::…:assumed-role/<role>/<session>` or `arn:aws:iam::…:user/<name>`. */
  readonly arn: string;
  /** The role behind a session. */
  readonly roleArn?: string;
}

/**
 * How a statement reaches a caller: named (`*` names everybody), or through the account. An Allow through the account only delegates:
 * the account's identity policies still decide. A Deny reaches its callers either way.
 */
export type Reach = 'named' | 'account' | 'none';

const kinds = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

export const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** @throws where the element has a form that IAM does not have. */
export function compilePrincipal(element: unknown): (caller: Caller) => Reach {
  const entries = awsEntries(element);
  const everybody = entries.includes('*');
  return (caller) => {
    if (everybody || entries.includes(caller.arn)) return 'named';
    if (caller.roleArn && entries.includes(caller.roleArn)) return 'named';
    const account = accountOf(caller.arn);
    const partition = caller.arn.split(':')[1];
    return entries.some((entry) =>
      [account, `arn:${partition}:iam::${account}:root`].includes(entry),
    )
      ? 'account'
      : 'none';
  };
}

/**
 * NotPrincipal spares a caller only where it lists the session, its role and the account, as far as the caller has them.
 * @throws as {@link compilePrincipal}.
 */
export function compileNotPrincipal(element: unknown): (caller: Caller) => Reach {
  const reach = compilePrincipal(element);
  return ({ arn, roleArn = arn }) => {
    const [, partition] = arn.split(':');
    const listed = [arn, roleArn].every((identity) => reach({ arn: identity }) === 'named');
    const account = reach({ arn: `arn:${partition}:iam::${accountOf(arn)}:root` });
    return listed && account !== 'none' ? 'none' : 'named';
  };
}

function awsEntries(element: unknown): readonly string[] {
  if (element === '*') return ['*'];
  if (typeof element !== 'object' || element === null || Array.isArray(element)) {
    throw new Error(`the principal ${JSON.stringify(element)} is not known`);
  }
  const unknown = Object.keys(element).find((kind) => !kinds.includes(kind));
  if (unknown) throw new Error(`the principal type ${unknown} is not known`);
  const { AWS = [] } = element as { readonly AWS?: string | readonly string[] };
  const entries = [AWS].flat();
  const partial = entries.find((entry) => entry !== '*' && /[*?]/.test(entry));
  if (partial) throw new Error(`the principal ${partial} has a wildcard in it`);
  return entries;
}

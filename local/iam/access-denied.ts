/** AWS's sentence for a refused call. Source: IAM User Guide, "Troubleshoot access denied error messages". */
import type { AccessRequest, Decision } from './evaluate.ts';

/** What follows `is not authorized to perform`: which kind of policy refused, and how. */
export function accessDenied(
  { principal, action, resource }: AccessRequest,
  decision: Decision,
): string {
  const because =
    decision.decision === 'ImplicitDeny'
      ? `because no identity-based policy allows the ${action} action`
      : `with an explicit deny in ${decision.policyType === 'resource-based policy' ? 'a' : 'an'} ${decision.policyType}`;
  return `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

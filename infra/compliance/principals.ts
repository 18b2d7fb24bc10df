/** Every principal that a template names, with what it may do there: the allow-list beside it is the test's. */
import type { Template } from '../templates.ts';
import { pathOf, statementsOf } from './policy-statements.ts';

/** `trust Service:lambda.amazonaws.com on GetItemRole`, `Deny AWS:* on Items`; sorted, once each. */
export function principalsOf(template: Template): readonly string[] {
  const rows = statementsOf(template).flatMap(
    ({ kind, effect, principals, notPrincipals, logicalId }) =>
      [...principals, ...notPrincipals.map((name) => `all but ${name}`)].map(
        (name) =>
          `${kind === 'trust' ? 'trust' : effect} ${name} on ${pathOf(template, logicalId)}`,
      ),
  );
  return [...new Set(rows)].sort();
}

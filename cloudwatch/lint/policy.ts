/**
 * Whether a resource policy lets an AWS service act, as far as a template can tell. Sources: IAM user guide, policy
 * evaluation logic; SNS developer guide, "Example cases for Amazon SNS access control"; KMS key policies.
 */
import { isRecord } from '../template/parse-template.ts';

export type Decision = 'allowed' | 'refused' | 'unknown';

export interface ServiceRequest {
  /** For instance `cloudwatch.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, with their value where it is certain; a name at its end may stand as a star. */
  readonly conditions: Readonly<Record<string, string | undefined>>;
}

type Match = 'yes' | 'no' | 'unknown';

const list = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A Deny that applies wins; then an Allow; what depends on unknown conditions is unknown. */
export function decide(policies: readonly unknown[], request: ServiceRequest): Decision {
  const statements = policies
    .flatMap((policy) => (isRecord(policy) ? list(policy['Statement']) : []))
    .filter(isRecord);
  const matches = (effect: string) =>
    statements
      .filter((statement) => statement['Effect'] === effect)
      .map((statement) => matchStatement(statement, request));
  const [denials, grants] = [matches('Deny'), matches('Allow')];
  if (denials.includes('yes')) return 'refused';
  if (grants.includes('yes')) return denials.includes('unknown') ? 'unknown' : 'allowed';
  return grants.includes('unknown') ? 'unknown' : 'refused';
}

function matchStatement(statement: Record<string, unknown>, request: ServiceRequest): Match {
  const parts = [
    matchPrincipal(statement, request.service),
    matchPatterns(statement, 'Action', request.action),
    matchPatterns(statement, 'Resource', request.resource),
    ...conditionsOf(statement['Condition'], request),
  ];
  if (parts.includes('no')) return 'no';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

function matchPrincipal(
  { Principal, NotPrincipal }: Record<string, unknown>,
  service: string,
): Match {
  if (NotPrincipal !== undefined) return 'unknown';
  if (Principal === '*') return 'yes';
  if (!isRecord(Principal)) return 'no';
  const isNamed = list(Principal['Service']).includes(service);
  // A service principal is nobody's account, but everybody.
  return isNamed || list(Principal['AWS']).includes('*') ? 'yes' : 'no';
}

function matchPatterns(statement: Record<string, unknown>, name: string, value: string): Match {
  const not = statement[`Not${name}`];
  const patterns = statement[name] ?? not;
  if (patterns === undefined) return 'yes';
  const found = list(patterns).some((pattern) => matchesPattern(String(pattern), value));
  return found === (not === undefined) ? 'yes' : 'no';
}

/** `*` and `?`; actions do not regard case, and no two resources differ in case only. */
function matchesPattern(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(value);
}

const operators: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  stringequals: (wanted, value) => wanted === value,
  stringlike: matchesPattern,
  arnequals: matchesPattern,
  arnlike: matchesPattern,
  bool: (wanted, value) => wanted.toLowerCase() === value,
};

function conditionsOf(condition: unknown, { conditions }: ServiceRequest): readonly Match[] {
  return Object.entries(isRecord(condition) ? condition : {}).flatMap(([operator, keys]) => {
    const test = operators[operator.toLowerCase().replace(/ifexists$/, '')];
    return Object.entries(isRecord(keys) ? keys : {}).map(([key, wanted]): Match => {
      const value = conditions[key.toLowerCase()];
      if (!test || value === undefined) return 'unknown';
      const values = list(wanted).map(String);
      if (values.some((each) => test(each, value))) return 'yes';
      const mayBe = (each: string) => test(each.replace(/[^:]*$/, '*'), value);
      return value.endsWith('*') && values.some(mayBe) ? 'unknown' : 'no';
    });
  });
}

/**
 * The Condition element. Source: IAM User Guide, "Condition operators", "Multiple context keys or values" and
 * "Set operators for multi-valued context keys".
 */
import { BlockList, isIPv6 } from 'node:net';
import { compilePattern, type PatternOptions, type Resolve, variablesOf } from './pattern.ts';

/** Condition keys (any case) with their values in one request. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export type Condition = (context: ContextLookup) => boolean;
export type ContextLookup = (key: string) => string | readonly string[] | undefined;

/** Only keys of one value serve as variables. */
export const resolver =
  (lookup: ContextLookup): Resolve =>
  (key) => {
    const found = lookup(key);
    return typeof found === 'string' ? found : undefined;
  };

type Test = (value: string, resolve: Resolve) => boolean;
/** Makes the test of one policy value; throws where the value is not of the operator's type. */
type Operator = (policyValue: string, variables: boolean) => Test;

const text =
  (options: PatternOptions): Operator =>
  (policyValue, variables) => {
    const pattern = compilePattern(policyValue, { ...options, variables });
    return (value, resolve) => pattern.matches(value, resolve);
  };

const arn: Operator = (policyValue, variables) => {
  if (policyValue !== '*' && policyValue.split(':').length < 6) {
    throw new Error(`'${policyValue}' is not an ARN of six parts`);
  }
  return text({ syntax: 'arn' })(policyValue, variables);
};

const ordered =
  (
    parse: (text: string) => number,
    holds: (request: number, policy: number) => boolean,
  ): Operator =>
  (policyValue) => {
    const policy = parse(policyValue);
    if (Number.isNaN(policy)) throw new Error(`'${policyValue}' has the wrong type`);
    return (value) => holds(parse(value), policy);
  };

/** ISO 8601 or epoch seconds. */
const parseDate = (value: string) =>
  /^\d+$/.test(value) && value.length > 4 ? Number(value) * 1000 : Date.parse(value);
const parseNumber = (value: string) => (value.trim() === '' ? Number.NaN : Number(value));

const comparisons = {
  Equals: (request: number, policy: number) => request === policy,
  LessThan: (request: number, policy: number) => request < policy,
  LessThanEquals: (request: number, policy: number) => request <= policy,
  GreaterThan: (request: number, policy: number) => request > policy,
  GreaterThanEquals: (request: number, policy: number) => request >= policy,
};

const boolean: Operator = (policyValue) => {
  const policy = policyValue.toLowerCase();
  if (policy !== 'true' && policy !== 'false') throw new Error(`'${policyValue}' is not a boolean`);
  return (value) => value.toLowerCase() === policy;
};

const ipAddress: Operator = (policyValue) => {
  const [address = '', prefix] = policyValue.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const range = new BlockList();
  range.addSubnet(address, prefix ? Number(prefix) : family === 'ipv6' ? 128 : 32, family);
  return (value) => range.check(value, isIPv6(value) ? 'ipv6' : 'ipv4');
};

const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: text({ syntax: 'exact' }),
    StringEqualsIgnoreCase: text({ syntax: 'exact', ignoreCase: true }),
    StringLike: text({}),
    ArnEquals: arn,
    ArnLike: arn,
    Bool: boolean,
    BinaryEquals: (policyValue) => (value) => value === policyValue,
    IpAddress: ipAddress,
    ...Object.fromEntries(
      Object.entries(comparisons).flatMap(([name, holds]) => [
        [`Numeric${name}`, ordered(parseNumber, holds)],
        [`Date${name}`, ordered(parseDate, holds)],
      ]),
    ),
  }),
);

/** `StringNotLike` is what `StringLike` is not. */
const negation = /^(String|Arn|Numeric|Date)Not(?=Equals|Like)|^Not(?=IpAddress$)/;

const operatorName = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/;

const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((entry) => String(entry));

/**
 * One operator and key of a Condition block.
 * @throws where the operator is unknown or a value is not of its type.
 */
export function compileCondition(
  name: string,
  key: string,
  policyValues: unknown,
  variables: boolean,
): { readonly keys: readonly string[]; readonly holds: Condition } {
  const values = list(policyValues);
  const keys = [key, ...(variables ? values.flatMap(variablesOf) : [])];
  if (name === 'Null') {
    const absent = values.map((value) => boolean(value, false));
    return {
      keys,
      holds: (lookup) => absent.some((test) => test(String(lookup(key) === undefined), () => '')),
    };
  }
  const [, set, base = '', ifExists] = operatorName.exec(name) ?? [];
  const negated = negation.test(base);
  const operator = operators.get(base.replace(negation, '$1'));
  if (!operator) throw new Error(`the condition operator ${name} is not known`);
  const tests = values.map((value) => operator(value, variables));
  const whenAbsent = ifExists !== undefined || set === 'ForAllValues' || (negated && !set);
  return {
    keys,
    holds: (lookup) => {
      const value = lookup(key);
      if (value === undefined || value.length === 0) return whenAbsent;
      const holds = (one: string) => tests.some((test) => test(one, resolver(lookup))) !== negated;
      if (typeof value === 'string') return holds(value);
      if (!set) throw new Error(`${key} has several values: it needs ForAllValues or ForAnyValue`);
      return set === 'ForAllValues' ? value.every(holds) : value.some(holds);
    },
  };
}

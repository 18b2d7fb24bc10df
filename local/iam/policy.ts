/** A policy document, checked and compiled. Source: IAM User Guide, "Grammar of the IAM JSON policy language". */
import { type Condition, compileCondition } from './condition.ts';
import { conditionKeys } from './condition-keys.ts';
import { compilePattern, type Pattern, variablesOf } from './pattern.ts';
import { type Caller, compileNotPrincipal, compilePrincipal, type Reach } from './principal.ts';

export interface Statement {
  readonly policy: string;
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity-based policies. */
  readonly reach?: (caller: Caller) => Reach;
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

export interface Policy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export type PolicyKind = 'identity' | 'resource';

// biome-ignore lint/suspicious/noExplicitAny: a policy document is open JSON; everything taken from it is checked here
type Json = any;

const elements = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Checks a policy document and prepares it for {@link evaluate}.
 * @param known the condition keys that requests will carry or lack as AWS's would; any other is refused.
 * @throws an Error that names policy, statement and what is wrong or not known: nothing in a policy is ever ignored.
 */
export function compilePolicy(
  name: string,
  document: Json,
  kind: PolicyKind,
  known: readonly string[] = conditionKeys,
): Policy {
  const version = document?.Version ?? '2008-10-17';
  if (!['2012-10-17', '2008-10-17'].includes(version)) {
    throw new Error(`Policy ${name}: the version ${version} is not known`);
  }
  const keys = new Set(known.map((key) => key.toLowerCase()));
  const refuseUnknown = (key: string) => {
    if (!keys.has(key.toLowerCase())) throw new Error(`the condition key ${key} is not emulated`);
  };
  const compiler = { kind, refuseUnknown, variables: version === '2012-10-17' };
  const statements = [document?.Statement ?? []].flat().map((json: Json, index: number) => {
    try {
      return { policy: name, index, ...compileStatement(json, compiler) };
    } catch (error) {
      const where = json?.Sid ? `statement ${json.Sid}` : `statement ${index}`;
      throw new Error(`Policy ${name}, ${where}: ${(error as Error).message}`, { cause: error });
    }
  });
  if (statements.length === 0) throw new Error(`Policy ${name} has no statement`);
  return { name, statements };
}

interface Compiler {
  readonly kind: PolicyKind;
  readonly refuseUnknown: (conditionKey: string) => void;
  readonly variables: boolean;
}

function compileStatement(
  json: Json,
  { kind, refuseUnknown, variables }: Compiler,
): Omit<Statement, 'policy' | 'index'> {
  const unknown = Object.keys(json).find((element) => !elements.includes(element));
  if (unknown) throw new Error(`the element ${unknown} is not known`);
  if (json.Effect !== 'Allow' && json.Effect !== 'Deny') {
    throw new Error(`the effect ${json.Effect} is neither Allow nor Deny`);
  }
  const resource = (text: string) => {
    if (variables) variablesOf(text).forEach(refuseUnknown);
    const pattern = kind === 'identity' ? completeArn(text) : text;
    return { ...compilePattern(pattern, { syntax: 'resource', variables }), source: text };
  };
  const conditions = Object.entries<Json>(json.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => {
      const condition = compileCondition(operator, key, values, variables);
      condition.keys.forEach(refuseUnknown);
      return condition.holds;
    }),
  );
  const reach = compileReach(json, kind);
  return {
    effect: json.Effect,
    actions: compilePatterns(json, 'Action', (text) => compilePattern(text, { ignoreCase: true })),
    resources: compilePatterns(json, 'Resource', resource),
    conditions,
    ...(reach && { reach }),
    ...(json.Sid && { sid: json.Sid }),
  };
}

/** `arn:aws:sqs` means `arn:aws:sqs:*` in an identity-based policy. Source: IAM User Guide, "IAM identifiers". */
function completeArn(text: string): string {
  const fields = text.replace(/\$\{[^}]*\}/g, '').split(':');
  return fields[0] === 'arn' && fields.length < 6 ? `${text}:*` : text;
}

function compilePatterns(
  json: Json,
  element: 'Action' | 'Resource',
  compile: (text: string) => Pattern,
): Patterns {
  const given = [element, `Not${element}`].filter((key) => key in json);
  if (given.length !== 1) throw new Error(`exactly one of ${element} and Not${element} is needed`);
  const texts = [json[given[0] as string]].flat();
  const wrong = texts.find((text) => typeof text !== 'string');
  if (wrong !== undefined) throw new Error(`${given[0]} ${JSON.stringify(wrong)} is not a string`);
  return { negated: given[0] !== element, patterns: texts.map(compile) };
}

function compileReach(json: Json, kind: PolicyKind): Statement['reach'] {
  const given = ['Principal', 'NotPrincipal'].filter((key) => key in json);
  if (kind === 'identity') {
    if (given.length > 0) throw new Error(`an identity-based policy has no ${given[0]}`);
    return undefined;
  }
  if (given.length !== 1) throw new Error('exactly one of Principal and NotPrincipal is needed');
  if (given[0] === 'Principal') return compilePrincipal(json.Principal);
  if (json.Effect === 'Allow') throw new Error('NotPrincipal needs the effect Deny');
  return compileNotPrincipal(json.NotPrincipal);
}

/**
 * CloudFormation's intrinsic functions over a scope that answers references.
 * Source: CloudFormation template reference, intrinsic functions.
 */
import { isRecord } from './parse-template.ts';

/** A value that the templates alone do not tell. Carries the place, so that the message can name it. */
export class UnresolvedError extends Error {
  override name = 'UnresolvedError';
  readonly place: string;
  readonly reason: string;
  constructor(place: string, reason: string) {
    super(`${place}: ${reason}`);
    this.place = place;
    this.reason = reason;
  }
}

/** A reference to what its template does not have: CloudFormation refuses the template ("Unresolved resource dependencies"). */
export class DanglingReferenceError extends UnresolvedError {
  override name = 'DanglingReferenceError';
}

/** What `read` yields, or what `otherwise` makes of the reason why the templates do not tell. */
export function ifKnown<T, Other = undefined>(
  read: () => T,
  otherwise?: (error: UnresolvedError) => Other,
): T | Other {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnresolvedError)) throw error;
    return otherwise?.(error) as Other;
  }
}

/** What `Ref: AWS::NoValue` yields: the property or list item that has it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** What the functions ask of the template around them. */
export interface Scope {
  readonly place: { readonly region: string };
  /** Does the work, unless references run in a circle. */
  nested<T>(place: string, work: () => T): T;
  ref(name: string, place: string): unknown;
  attribute(logicalId: string, name: string, place: string): unknown;
  condition(name: string, place: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  importValue(name: string, place: string): unknown;
  stackOutput(stackName: string, name: string, place: string): unknown;
}

interface Call {
  readonly argument: unknown;
  readonly place: string;
  readonly scope: Scope;
  /** Resolves a part of the argument. */
  readonly evaluate: (part: unknown) => unknown;
  fail(reason: string): never;
  /** The argument as a list. */
  list(min: number): readonly unknown[];
}

function truth({ scope, place, evaluate }: Call, value: unknown): boolean {
  if (isRecord(value) && typeof value['Condition'] === 'string') {
    return scope.condition(value['Condition'], place);
  }
  return String(evaluate(value)) === 'true';
}

function substitute({ argument, place, scope, evaluate, fail }: Call): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument];
  if (typeof text !== 'string') return fail('Fn::Sub needs a string');
  const own = isRecord(variables) ? variables : {};
  return text.replace(/\$\{([^}]*)\}/g, (_, raw: string) => {
    const name = raw.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(own, name)) return String(evaluate(own[name]));
    const [logicalId = '', ...attribute] = name.split('.');
    return String(
      attribute.length
        ? scope.attribute(logicalId, attribute.join('.'), place)
        : scope.ref(name, place),
    );
  });
}

const intrinsics: Readonly<Record<string, (call: Call) => unknown>> = {
  Ref: ({ argument, place, scope, fail }) => {
    if (typeof argument !== 'string') return fail('Ref needs a name');
    return argument === 'AWS::NoValue' ? noValue : scope.ref(argument, place);
  },
  'Fn::GetAtt': ({ argument, place, scope, evaluate, list, fail }) => {
    const [logicalId, ...rest] = typeof argument === 'string' ? argument.split('.') : list(2);
    if (typeof logicalId !== 'string') return fail('Fn::GetAtt needs the name of a resource');
    return scope.attribute(logicalId, rest.map((part) => String(evaluate(part))).join('.'), place);
  },
  'Fn::Join': ({ list, evaluate, fail }) => {
    const [separator, parts] = list(2).map(evaluate);
    if (!Array.isArray(parts)) return fail('Fn::Join needs a list to join');
    return parts.map(String).join(String(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': ({ list, evaluate, fail }) => {
    const [index, values] = list(2).map(evaluate);
    const value = Array.isArray(values) ? values[Number(index)] : undefined;
    return value ?? fail(`Fn::Select has nothing at ${String(index)}`);
  },
  'Fn::Split': ({ list, evaluate }) => {
    const [separator, text] = list(2).map(evaluate);
    return String(text).split(String(separator));
  },
  'Fn::FindInMap': ({ list, evaluate, scope, fail }) => {
    const [map, first, second] = list(3)
      .slice(0, 3)
      .map((key) => String(evaluate(key)));
    const found = scope.mapping(map as string, first as string, second as string);
    const fallback = list(3)[3];
    if (found !== undefined) return evaluate(found);
    return isRecord(fallback) && 'DefaultValue' in fallback
      ? evaluate(fallback['DefaultValue'])
      : fail(`the mapping ${map} has no ${first}.${second}`);
  },
  'Fn::If': ({ list, place, scope, evaluate }) => {
    const [condition, yes, no] = list(3);
    return evaluate(scope.condition(String(condition), place) ? yes : no);
  },
  'Fn::Equals': ({ list, evaluate }) => {
    const [left, right] = list(2).map(evaluate);
    return String(left) === String(right);
  },
  'Fn::And': (call) => call.list(1).every((part) => truth(call, part)),
  'Fn::Or': (call) => call.list(1).some((part) => truth(call, part)),
  'Fn::Not': (call) => !truth(call, call.list(1)[0]),
  'Fn::ImportValue': ({ argument, place, scope, evaluate }) =>
    scope.importValue(String(evaluate(argument)), place),
  'Fn::GetStackOutput': ({ argument, place, scope, evaluate, fail }) => {
    const named = evaluate(argument);
    if (!isRecord(named)) return fail('Fn::GetStackOutput needs StackName and OutputName');
    return scope.stackOutput(String(named['StackName']), String(named['OutputName']), place);
  },
  'Fn::Base64': ({ argument, evaluate }) =>
    Buffer.from(String(evaluate(argument))).toString('base64'),
  'Fn::GetAZs': ({ argument, scope, evaluate }) => {
    const region = String(evaluate(argument)) || scope.place.region;
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::ToJsonString': ({ argument, evaluate }) => JSON.stringify(evaluate(argument)),
  'Fn::Length': ({ argument, evaluate, fail }) => {
    const value = evaluate(argument);
    return Array.isArray(value) ? value.length : fail('Fn::Length needs a list');
  },
};

/**
 * Resolves every intrinsic in a value; AWS::NoValue itself is `noValue`.
 * @param place how messages name the value, e.g. `Api.template.json: MyAlarm.Properties.Threshold`
 * @throws UnresolvedError
 */
export function resolveValue(value: unknown, scope: Scope, place: string): unknown {
  const fail = (reason: string): never => {
    throw new UnresolvedError(place, reason);
  };
  const at = (part: unknown, where: string) =>
    scope.nested(where, () => resolveValue(part, scope, where));
  const evaluate = (part: unknown) => at(part, place);
  if (typeof value === 'string') {
    return value.includes('{{resolve:')
      ? fail('a dynamic reference is known only when the stack is deployed')
      : value;
  }
  if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;

  const [name = '', ...more] = Object.keys(value);
  if (!more.length && Object.hasOwn(intrinsics, name)) {
    const argument = value[name];
    const list = (min: number) =>
      Array.isArray(argument) && argument.length >= min
        ? argument
        : fail(`${name} needs a list of at least ${min}`);
    return intrinsics[name]?.({ argument, place, scope, evaluate, fail, list });
  }
  if (!more.length && name.startsWith('Fn::')) return fail(`${name} is not modelled`);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, at(part, `${place}.${key}`)])
      .filter(([, part]) => part !== noValue),
  );
}

/**
 * CloudFormation's intrinsic functions over a scope that answers references. One resolver for everybody: alarms, lints
 * and the local runtime differ only in the scope. Source: CloudFormation template reference, intrinsic functions.
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

/** What a template's references mean. Each may throw UnresolvedError with the place it is given. */
export interface Scope {
  ref(name: string, place: string): unknown;
  attribute(logicalId: string, name: string, place: string): unknown;
  condition(name: string, place: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  importValue(name: string, place: string): unknown;
  stackOutput(stackName: string, output: string, place: string): unknown;
  readonly region: string;
}

const noValue = Symbol('AWS::NoValue');

/** Deeper than any template; a circular reference ends here instead of at the end of the stack. */
const maxDepth = 200;

interface Call {
  readonly argument: unknown;
  readonly place: string;
  readonly scope: Scope;
  /** Resolves a part of the argument. */
  readonly evaluate: (value: unknown) => unknown;
}

type Intrinsic = (call: Call) => unknown;

const fail = (place: string, reason: string): never => {
  throw new UnresolvedError(place, reason);
};

function list({ argument, place, evaluate }: Call, name: string, min: number): unknown[] {
  if (!Array.isArray(argument) || argument.length < min) {
    return fail(place, `${name} needs a list of at least ${min}`);
  }
  return argument.map(evaluate);
}

function truth(call: Call, value: unknown): boolean {
  if (isRecord(value) && typeof value['Condition'] === 'string') {
    return call.scope.condition(value['Condition'], call.place);
  }
  const result = call.evaluate(value);
  return result === true || result === 'true';
}

function substitute({ argument, place, scope, evaluate }: Call): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return fail(place, 'Fn::Sub needs a string');
  const own = isRecord(variables) ? variables : {};
  return text.replace(/\$\{([^}]*)\}/g, (_, raw: string) => {
    const name = raw.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(own, name)) return String(evaluate(own[name]));
    const dot = name.indexOf('.');
    return String(
      dot < 0
        ? scope.ref(name, place)
        : scope.attribute(name.slice(0, dot), name.slice(dot + 1), place),
    );
  });
}

function findInMap(call: Call): unknown {
  const { argument, place, scope, evaluate } = call;
  if (!Array.isArray(argument)) return fail(place, 'Fn::FindInMap needs a list');
  const [map, first, second] = argument.slice(0, 3).map((key) => String(evaluate(key))) as [
    string,
    string,
    string,
  ];
  const found = scope.mapping(map, first, second);
  if (found !== undefined) return evaluate(found);
  const fallback: unknown = argument[3];
  return isRecord(fallback) && 'DefaultValue' in fallback
    ? evaluate(fallback['DefaultValue'])
    : fail(place, `the mapping ${map} has no ${first}.${second}`);
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: ({ argument, place, scope }) =>
    argument === 'AWS::NoValue' ? noValue : scope.ref(String(argument), place),
  'Fn::GetAtt': ({ argument, place, scope, evaluate }) => {
    const [logicalId, ...rest] =
      typeof argument === 'string' ? argument.split('.') : (argument as unknown[]);
    return scope.attribute(String(logicalId), rest.map(evaluate).join('.'), place);
  },
  'Fn::Join': (call) => {
    const [separator, parts] = list(call, 'Fn::Join', 2);
    if (!Array.isArray(parts)) return fail(call.place, 'Fn::Join needs a list to join');
    return parts.map(String).join(String(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (call) => {
    const [index, values] = list(call, 'Fn::Select', 2);
    const value = Array.isArray(values) ? values[Number(index)] : undefined;
    return value ?? fail(call.place, `Fn::Select has nothing at ${String(index)}`);
  },
  'Fn::Split': (call) => {
    const [separator, text] = list(call, 'Fn::Split', 2);
    return String(text).split(String(separator));
  },
  'Fn::FindInMap': findInMap,
  'Fn::If': ({ argument, place, scope, evaluate }) => {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    return evaluate(scope.condition(condition, place) ? yes : no);
  },
  'Fn::Equals': (call) => {
    const [left, right] = list(call, 'Fn::Equals', 2);
    return String(left) === String(right);
  },
  'Fn::And': (call) => (call.argument as unknown[]).every((part) => truth(call, part)),
  'Fn::Or': (call) => (call.argument as unknown[]).some((part) => truth(call, part)),
  'Fn::Not': (call) => !truth(call, (call.argument as unknown[])[0]),
  'Fn::ImportValue': ({ argument, place, scope, evaluate }) =>
    scope.importValue(String(evaluate(argument)), place),
  'Fn::GetStackOutput': ({ argument, place, scope, evaluate }) => {
    const { StackName, OutputName } = evaluate(argument) as Record<string, unknown>;
    return scope.stackOutput(String(StackName), String(OutputName), place);
  },
  'Fn::Base64': ({ argument, evaluate }) =>
    Buffer.from(String(evaluate(argument))).toString('base64'),
  'Fn::GetAZs': ({ argument, scope, evaluate }) => {
    const region = String(evaluate(argument)) || scope.region;
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
  'Fn::ToJsonString': ({ argument, evaluate }) => JSON.stringify(evaluate(argument)),
  'Fn::Length': (call) => {
    const value = call.evaluate(call.argument);
    return Array.isArray(value) ? value.length : fail(call.place, 'Fn::Length needs a list');
  },
};

/**
 * Resolves every intrinsic in a value. Properties whose value is AWS::NoValue are left out.
 * @param place how messages name the value, e.g. `Api.template.json: MyAlarm.Properties.Threshold`
 * @throws UnresolvedError
 */
export function resolveValue(value: unknown, scope: Scope, place: string, depth = 0): unknown {
  if (depth > maxDepth) return fail(place, 'the references run in a circle');
  const evaluate = (part: unknown): unknown => resolveValue(part, scope, place, depth + 1);
  if (typeof value === 'string') {
    return value.includes('{{resolve:')
      ? fail(place, 'a dynamic reference is known only when the stack is deployed')
      : value;
  }
  if (Array.isArray(value)) return value.map(evaluate).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;

  const keys = Object.keys(value);
  const name = keys.length === 1 ? (keys[0] as string) : '';
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (intrinsic) return intrinsic({ argument: value[name], place, scope, evaluate });
  if (name.startsWith('Fn::')) return fail(place, `${name} is not modelled`);

  return Object.fromEntries(
    keys
      .map((key) => [key, resolveValue(value[key], scope, `${place}.${key}`, depth + 1)] as const)
      .filter(([, item]) => item !== noValue),
  );
}

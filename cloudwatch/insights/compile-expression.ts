/** Expression → a function of a row. Everything that can be known before the first row is checked here. */
import { nearestName } from '../nearest-name.ts';
import { SourceError } from '../syntax/source-error.ts';
import { aggregates } from './aggregates.ts';
import { functions } from './functions.ts';
import { compileTest } from './pattern.ts';
import { type Period, periodAround } from './period.ts';
import type { Expression } from './query.ts';
import type { Row } from './row.ts';
import { compare, isStructure, Timestamp, toNumber, toText, type Value } from './value.ts';

export type Evaluate = (row: Row) => Value;

export interface Scope {
  /** The query's text, for messages. */
  readonly text: string;
  /** When the query runs, ms since the epoch. */
  readonly now: number;
  /** Takes over an aggregate's call; absent where none may stand. */
  readonly aggregate?: (call: Call) => Evaluate;
}

export type Call = Extract<Expression, { kind: 'call' }>;
type Operation = Extract<Expression, { kind: 'operation' }>;

/** Functions that CloudWatch has and this engine has not. */
const unmodelled = new Set(
  'isvalidip isvalidipv4 isvalidipv6 isipinsubnet isipv4insubnet isipv6insubnet haversine regex_replace split urlencode urldecode base64encode base64decode md5 sha256 rate histogram count_over_time sum_over_time sortsfirst sortslast tonumber toint tolong todouble'.split(
    ' ',
  ),
);

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': (left, right) => left ** right,
};

/** `order` is NaN where the sides cannot be compared: all of these are false then. */
const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order < 0 || order > 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** @throws SourceError for an unknown function, a wrong number of arguments, a misplaced aggregate */
export function compileExpression(expression: Expression, scope: Scope): Evaluate {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'field': {
      const { path } = expression;
      return (row) => row.get(path);
    }
    case 'operation':
      return compileOperation(expression, scope);
    case 'like': {
      const subject = compileExpression(expression.subject, scope);
      const test = compileTest(scope.text, expression.pattern);
      const wanted = !expression.negated;
      return (row) => {
        const text = toText(subject(row));
        return text !== null && test(text) === wanted ? 1 : 0;
      };
    }
    case 'in':
      return compileIn(expression, scope);
    case 'call':
      return compileCall(expression, scope);
    default:
      throw new SourceError(
        scope.text,
        expression.start,
        `${expression.kind === 'star' ? "'*'" : 'a period'} cannot stand here`,
      );
  }
}

function compileOperation({ operator, operands }: Operation, scope: Scope): Evaluate {
  const [left, right] = operands.map((operand) => compileExpression(operand, scope)) as [
    Evaluate,
    Evaluate,
  ];
  if (operator === 'not') return (row) => (left(row) === 1 ? 0 : 1);
  if (operator === 'and') return (row) => (left(row) === 1 && right(row) === 1 ? 1 : 0);
  if (operator === 'or') return (row) => (left(row) === 1 || right(row) === 1 ? 1 : 0);
  const comparison = comparisons[operator];
  if (comparison) return (row) => (comparison(order(left(row), right(row))) ? 1 : 0);
  const work = arithmetic[operator] as (typeof arithmetic)[string];
  const minuend: Evaluate = operands.length === 1 ? () => 0 : left;
  const subtrahend = operands.length === 1 ? left : right;
  return (row) => {
    const numbers = [toNumber(minuend(row)), toNumber(subtrahend(row))] as const;
    const result =
      numbers[0] === null || numbers[1] === null ? Number.NaN : work(numbers[0], numbers[1]);
    return Number.isFinite(result) ? result : null;
  };
}

/** Maps and lists compare with nothing, and a timestamp with no written date. */
function order(left: Value, right: Value): number {
  if (left instanceof Timestamp || right instanceof Timestamp) {
    const isDate = typeof left === 'string' || typeof right === 'string';
    return isDate ? Number.NaN : compare(left, right);
  }
  return compare(left, right);
}

function compileIn(expression: Extract<Expression, { kind: 'in' }>, scope: Scope): Evaluate {
  const subject = compileExpression(expression.subject, scope);
  const items = expression.items.map((item) => compileExpression(item, scope));
  const wanted = !expression.negated;
  return (row) => {
    const value = subject(row);
    if (value === null || isStructure(value)) return 0;
    return items.some((item) => order(value, item(row)) === 0) === wanted ? 1 : 0;
  };
}

function compileCall(call: Call, scope: Scope): Evaluate {
  const date = dateFunctions.get(call.name);
  if (date) return date(call, scope);
  const aggregate = aggregates.get(call.name);
  if (aggregate) {
    checkArguments(call, aggregate, scope);
    if (scope.aggregate) return scope.aggregate(call);
    throw new SourceError(scope.text, call.start, `${aggregate.name}() can stand only in stats`);
  }
  const known = functions.get(call.name);
  if (!known) return unknownFunction(call, scope);
  checkArguments(call, known, scope);
  const values = call.arguments.map((argument) => compileExpression(argument, scope));
  return (row) => known.apply(...values.map((value) => value(row)));
}

function unknownFunction({ name, start }: Call, { text }: Scope): never {
  const written = text.slice(start, start + name.length);
  if (unmodelled.has(name)) throw new SourceError(text, start, `${written}() is not modelled here`);
  const names = [...functions.values(), ...aggregates.values()].map((each) => each.name);
  const near = nearestName(name, [...names, ...dateFunctions.keys()]);
  throw new SourceError(
    text,
    start,
    `there is no function ${written}()${near ? `: did you mean ${near}()?` : ''}`,
  );
}

function checkArguments(
  call: Call,
  { name, least, most }: { readonly name: string; readonly least: number; readonly most: number },
  scope: Scope,
): void {
  const { length } = call.arguments;
  if (length >= least && length <= most) return;
  const wanted =
    least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  throw new SourceError(
    scope.text,
    call.start,
    `${name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${length},`,
  );
}

const eventTime = { name: '@timestamp', segments: ['@timestamp'] } as const;

/** These take a period, or nothing. */
const dateFunctions: ReadonlyMap<string, (call: Call, scope: Scope) => Evaluate> = new Map(
  Object.entries<(call: Call, scope: Scope) => Evaluate>({
    now: (call, scope) => {
      checkArguments(call, { name: 'now', least: 0, most: 0 }, scope);
      return () => Math.floor(scope.now / 1000);
    },
    bin: (call, scope) =>
      toPeriod((row) => row.get(eventTime), periodOf(call, 0, 'bin', scope), 'start'),
    datefloor: (call, scope) => dated(call, scope, 'datefloor', 'start'),
    dateceil: (call, scope) => dated(call, scope, 'dateceil', 'end'),
  }),
);

function dated(call: Call, scope: Scope, name: string, edge: 'start' | 'end'): Evaluate {
  const period = periodOf(call, 1, name, scope);
  return toPeriod(compileExpression(call.arguments[0] as Expression, scope), period, edge);
}

function periodOf(call: Call, index: number, name: string, scope: Scope): Period {
  checkArguments(call, { name, least: index + 1, most: index + 1 }, scope);
  const argument = call.arguments[index] as Expression;
  if (argument.kind === 'period') return argument.period;
  throw new SourceError(scope.text, argument.start, `${name}() needs a period such as 5m`);
}

/** Neighbouring events share their period, and then also the timestamp that stands for it. */
function toPeriod(time: Evaluate, period: Period, edge: 'start' | 'end'): Evaluate {
  let [start, end] = [0, 0];
  let [first, next] = [new Timestamp(0), new Timestamp(0)];
  return (row) => {
    const value = time(row);
    if (!(value instanceof Timestamp)) return null;
    if (value.millis < start || value.millis >= end) {
      [start, end] = periodAround(value.millis, period);
      [first, next] = [new Timestamp(start), new Timestamp(end)];
    }
    // What stands on the edge already is rounded to itself.
    return edge === 'start' || value.millis === start ? first : next;
  };
}

/** Expression → a function of a row. Everything that can be known before the first row is checked here. */
import { didYouMean } from '../nearest-name.ts';
import { SourceError } from '../syntax/source-error.ts';
import { aggregates } from './aggregates.ts';
import { type Apply, type Arity, functions, operators, truth } from './functions.ts';
import { compileTest } from './pattern.ts';
import { type Period, periodAround } from './period.ts';
import type { Expression, Of } from './query.ts';
import type { Row } from './row.ts';
import { Timestamp, toText, type Value } from './value.ts';

export type Evaluate = (row: Row) => Value;

export interface Scope {
  /** The query's text, for messages. */
  readonly text: string;
  /** When the query runs, ms since the epoch. */
  readonly now: number;
  /** Takes over an aggregate's call; absent where none may stand. */
  readonly aggregate?: (call: Of<'call'>) => Evaluate;
}

/** Functions that CloudWatch has and this engine has not. */
const unmodelled = new Set(
  'isvalidip isvalidipv4 isvalidipv6 isipinsubnet isipv4insubnet isipv6insubnet haversine regex_replace split urlencode urldecode base64encode base64decode md5 sha256 rate histogram count_over_time sum_over_time sortsfirst sortslast tonumber toint tolong todouble'.split(
    ' ',
  ),
);

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
    case 'call':
      return compileCall(expression, scope);
    default: {
      const what = expression.kind === 'star' ? "'*'" : `a ${expression.kind}`;
      throw new SourceError(scope.text, expression.start, `${what} cannot stand here`);
    }
  }
}

function compileOperation({ name, operands }: Of<'operation'>, scope: Scope): Evaluate {
  const [subject, pattern] = operands;
  if (pattern?.kind !== 'pattern') return applied(operators.get(name)!, operands, scope);
  const text = compileExpression(subject!, scope);
  const test = compileTest(scope.text, pattern);
  const wanted = name !== 'not like';
  return (row) => {
    const given = toText(text(row));
    return truth(given !== null && test(given) === wanted);
  };
}

/** Most take two. */
function applied(apply: Apply, operands: readonly Expression[], scope: Scope): Evaluate {
  const values = operands.map((operand) => compileExpression(operand, scope));
  const [left, right, ...more] = values;
  return left && right && more.length === 0
    ? (row) => apply(left(row), right(row))
    : (row) => apply(...values.map((value) => value(row)));
}

function compileCall(call: Of<'call'>, scope: Scope): Evaluate {
  const date = dates.get(call.name);
  if (date) return date.compile(checked(call, date, scope), scope);
  const aggregate = aggregates.get(call.name);
  if (aggregate) {
    checked(call, aggregate, scope);
    if (scope.aggregate) return scope.aggregate(call);
    throw new SourceError(scope.text, call.start, `${aggregate.name}() can stand only in stats`);
  }
  const known = functions.get(call.name);
  if (!known) return unknownFunction(call, scope);
  return applied(known.apply, checked(call, known, scope), scope);
}

function unknownFunction({ name, start }: Of<'call'>, { text }: Scope): never {
  const written = text.slice(start, start + name.length);
  if (unmodelled.has(name)) throw new SourceError(text, start, `${written}() is not modelled here`);
  const known = [...functions.values(), ...aggregates.values(), ...dates.values()];
  const names = known.map((each) => each.name);
  const hint = didYouMean(name, names, (nearest) => `${nearest}()`);
  throw new SourceError(text, start, `there is no function ${written}()${hint ? `: ${hint}` : ''}`);
}

/** The arguments, if there are as many as the function takes. */
function checked({ operands, start }: Of<'call'>, { name, least, most }: Arity, { text }: Scope) {
  const { length } = operands;
  if (length >= least && length <= most) return operands;
  const more = most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  const wanted = least === most ? `${least}` : more;
  const problem = `${name}() takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${length},`;
  throw new SourceError(text, start, problem);
}

export const eventTime: Of<'field'> = {
  kind: 'field',
  path: { name: '@timestamp', segments: ['@timestamp'] },
  start: 0,
};

interface DateFunction extends Arity {
  readonly compile: (operands: readonly Expression[], scope: Scope) => Evaluate;
}

const taking = (name: string, count: number, compile: DateFunction['compile']) =>
  [name, { name, least: count, most: count, compile }] as const;

/** These take a period, or nothing. */
const dates: ReadonlyMap<string, DateFunction> = new Map([
  taking(
    'now',
    0,
    (_, { now }) =>
      () =>
        Math.floor(now / 1000),
  ),
  taking('bin', 1, ([period], scope) => rounded(eventTime, 'bin', period!, 'start', scope)),
  taking('datefloor', 2, ([time, period], scope) =>
    rounded(time!, 'datefloor', period!, 'start', scope),
  ),
  taking('dateceil', 2, ([time, period], scope) =>
    rounded(time!, 'dateceil', period!, 'end', scope),
  ),
]);

function rounded(
  time: Expression,
  name: string,
  period: Expression,
  edge: 'start' | 'end',
  scope: Scope,
): Evaluate {
  if (period.kind === 'period') {
    return toPeriod(compileExpression(time, scope), period.period, edge);
  }
  throw new SourceError(scope.text, period.start, `${name}() needs a period such as 5m`);
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

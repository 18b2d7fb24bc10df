/** Each command as a step from rows to rows. */
import { type Accumulator, aggregates } from './aggregates.ts';
import { type Call, compileExpression, type Evaluate, type Scope } from './compile-expression.ts';
import { compileExtract } from './pattern.ts';
import type { Column, Command, FieldPath } from './query.ts';
import { EventRow, ResultRow, type Row } from './row.ts';
import { display, naturalOrder, Timestamp, toText, type Value } from './value.ts';

export type Stage = (rows: Iterable<Row>) => Iterable<Row>;

type Of<Name extends Command['command']> = Extract<Command, { command: Name }>;

/** @throws SourceError */
export function compileStage(command: Command, scope: Scope): Stage {
  switch (command.command) {
    case 'fields':
    case 'display':
      return computing(command.columns, scope);
    case 'filter': {
      const condition = compileExpression(command.condition, scope);
      return where((row) => condition(row) === 1);
    }
    case 'parse':
      return parsing(command, scope);
    case 'stats':
      return aggregating(command, scope);
    case 'sort':
      return sorting(command, scope);
    case 'limit':
      return (rows) => take(rows, command.count);
    case 'dedup':
      return where(firstOf(command.fields));
    case 'source':
      return where(
        (row) =>
          !(row instanceof EventRow) ||
          row.event.logGroup === undefined ||
          command.logGroups.includes(row.event.logGroup),
      );
  }
}

const where = (keep: (row: Row) => boolean): Stage =>
  function* (rows) {
    for (const row of rows) if (keep(row)) yield row;
  };

function* take(rows: Iterable<Row>, count: number): Generator<Row> {
  let taken = 0;
  for (const row of rows) {
    yield row;
    if (++taken === count) return;
  }
}

/** Computed columns become fields; a plain field that keeps its name needs no work. */
function computing(columns: readonly Column[], scope: Scope): Stage {
  const computed = columns
    .filter(({ name, expression }) => expression.kind !== 'field' || expression.path.name !== name)
    .map(({ name, expression }) => ({ name, evaluate: compileExpression(expression, scope) }));
  return function* (rows) {
    for (const row of rows) {
      for (const { name, evaluate } of computed) row.set(name, evaluate(row));
      yield row;
    }
  };
}

function parsing({ subject, pattern, names }: Of<'parse'>, scope: Scope): Stage {
  const evaluate = compileExpression(subject, scope);
  const { extract } = compileExtract(scope.text, pattern, names);
  return function* (rows) {
    for (const row of rows) {
      const text = toText(evaluate(row));
      for (const [name, value] of (text === null ? undefined : extract(text)) ?? []) {
        row.set(name, value);
      }
      yield row;
    }
  };
}

/** Events that lack a field are no duplicates of each other. */
function firstOf(fields: readonly FieldPath[]): (row: Row) => boolean {
  const seen = new Set<string>();
  return (row) => {
    const values = fields.map((field) => row.get(field));
    if (values.includes(null)) return true;
    const key = JSON.stringify(values.map((value) => String(display(value))));
    return !seen.has(key) && Boolean(seen.add(key));
  };
}

function sorting({ keys }: Of<'sort'>, scope: Scope): Stage {
  const compiled = keys.map(({ expression, descending }) => ({
    evaluate: compileExpression(expression, scope),
    sign: descending ? -1 : 1,
  }));
  return (rows) =>
    Array.from(rows, (row) => ({ row, values: compiled.map(({ evaluate }) => evaluate(row)) }))
      .sort((left, right) => {
        for (const [index, { sign }] of compiled.entries()) {
          const order = naturalOrder(left.values[index] as Value, right.values[index] as Value);
          if (order) return order * sign;
        }
        return 0;
      })
      .map(({ row }) => row);
}

interface Slot {
  readonly path: FieldPath;
  readonly create: () => Accumulator;
  readonly values: readonly Evaluate[];
}

interface Group {
  readonly row: ResultRow;
  readonly accumulators: readonly Accumulator[];
}

/** A column may compute with aggregates, and with columns before it. */
function aggregating({ columns, by }: Of<'stats'>, scope: Scope): Stage {
  const slots: Slot[] = [];
  const ofEvent = by.map(({ expression }) => compileExpression(expression, scope));
  const results = columns.map(({ name, expression }) => ({
    name,
    evaluate: compileExpression(expression, {
      ...scope,
      aggregate: (call) => openSlot(call, slots, scope),
    }),
  }));
  const open = (keys: readonly Value[]): Group => {
    const row = new ResultRow();
    for (const [index, { name }] of by.entries()) row.set(name, keys[index] as Value);
    return { row, accumulators: slots.map(({ create }) => create()) };
  };

  return function* (rows) {
    const groups = new Map<string | null, Group>();
    for (const row of rows) {
      const keys = ofEvent.map((evaluate) => evaluate(row));
      const key = groupKey(keys);
      const group = groups.get(key) ?? open(keys);
      groups.set(key, group);
      const time = row instanceof EventRow ? row.event.timestamp : Number.NaN;
      for (const [index, { values }] of slots.entries()) {
        (group.accumulators[index] as Accumulator).add(
          values.map((value) => value(row)),
          time,
        );
      }
    }
    for (const { row, accumulators } of groups.values()) {
      for (const [index, { path }] of slots.entries()) {
        row.set(path.name, (accumulators[index] as Accumulator).result());
      }
      for (const { name, evaluate } of results) row.set(name, evaluate(row));
      yield row;
    }
  };
}

/** The accumulator of one aggregate, and how its result is read once the group is complete. */
function openSlot(call: Call, slots: Slot[], scope: Scope): Evaluate {
  const { create } = aggregates.get(call.name) as { create: () => Accumulator };
  const values = call.arguments
    .filter(({ kind }) => kind !== 'star')
    .map((argument) => compileExpression(argument, scope));
  const name = `\0${slots.length}`;
  const path: FieldPath = { name, segments: [name] };
  // count() and count(*) count rows, whatever they hold.
  slots.push({ path, create, values: values.length ? values : [() => 1] });
  return (row) => row.get(path);
}

/** Equal texts are one group, whether they came as texts or numbers; null is a group of its own. */
function groupKey(keys: readonly Value[]): string | null {
  if (keys.length === 1) return keyText(keys[0] as Value);
  return keys.length ? JSON.stringify(keys.map(keyText)) : '';
}

const keyText = (value: Value) => {
  if (value === null) return null;
  return String(value instanceof Timestamp ? value.millis : display(value));
};

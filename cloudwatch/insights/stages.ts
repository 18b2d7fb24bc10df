/** Each command as a step from rows to rows. */
import { type Aggregate, aggregates } from './aggregates.ts';
import { compileExpression, type Evaluate, eventTime, type Scope } from './compile-expression.ts';
import { compileExtract } from './pattern.ts';
import type { Column, Command, FieldPath, Of } from './query.ts';
import { Row } from './row.ts';
import { display, naturalOrder, Timestamp, toText, type Value } from './value.ts';

export type Stage = (rows: Iterable<Row>) => Iterable<Row>;

type Named<Name extends Command['command']> = Extract<Command, { command: Name }>;

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
      return where(({ event }) => !event?.logGroup || command.logGroups.includes(event.logGroup));
  }
}

const where = (keep: (row: Row) => boolean): Stage =>
  function* (rows) {
    for (const row of rows) if (keep(row)) yield row;
  };

const changing = (change: (row: Row) => void): Stage =>
  function* (rows) {
    for (const row of rows) {
      change(row);
      yield row;
    }
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
  return changing((row) => {
    for (const { name, evaluate } of computed) row.set(name, evaluate(row));
  });
}

function parsing({ subject, pattern, names }: Named<'parse'>, scope: Scope): Stage {
  const evaluate = compileExpression(subject, scope);
  const { extract } = compileExtract(scope.text, pattern, names);
  return changing((row) => {
    const text = toText(evaluate(row));
    const found = text === null ? undefined : extract(text);
    for (const [name, value] of found ?? []) row.set(name, value);
  });
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

function sorting({ keys }: Named<'sort'>, scope: Scope): Stage {
  const compiled = keys.map(({ expression, descending }) => ({
    evaluate: compileExpression(expression, scope),
    sign: descending ? -1 : 1,
  }));
  return (rows) =>
    Array.from(rows, (row) => ({ row, values: compiled.map(({ evaluate }) => evaluate(row)) }))
      .sort((left, right) => {
        for (const [index, { sign }] of compiled.entries()) {
          const order = naturalOrder(left.values[index]!, right.values[index]!);
          if (order) return order * sign;
        }
        return 0;
      })
      .map(({ row }) => row);
}

/** One aggregate of a `stats`: what it takes of each row, and what it makes of all. */
interface Slot {
  readonly operands: readonly Evaluate[];
  readonly of: Aggregate['of'];
}

/** A column may compute with aggregates, and with columns before it. */
function aggregating({ columns, by }: Named<'stats'>, scope: Scope): Stage {
  const slots: Slot[] = [];
  /** Of the group whose row is being made. */
  let aggregated: readonly Value[] = [];
  const aggregate = (call: Of<'call'>): Evaluate => {
    const index = slots.push(slotOf(call, scope)) - 1;
    return () => aggregated[index]!;
  };
  const keysOf = by.map(({ expression }) => compileExpression(expression, scope));
  const results = columns.map(({ name, expression }) => ({
    name,
    evaluate: compileExpression(expression, { ...scope, aggregate }),
  }));

  return function* (rows) {
    const groups = new Map<string | null, { keys: Value[]; seen: Value[][][] }>();
    for (const row of rows) {
      const keys = keysOf.map((evaluate) => evaluate(row));
      const text = groupText(keys);
      const group = groups.get(text) ?? { keys, seen: slots.map(() => []) };
      groups.set(text, group);
      for (const [index, { operands }] of slots.entries()) {
        const values = operands.map((operand) => operand(row));
        if (values[0] !== null) group.seen[index]!.push(values);
      }
    }
    for (const { keys, seen } of groups.values()) {
      aggregated = slots.map(({ of }, index) => of(seen[index]!));
      const row = new Row();
      for (const [index, { name }] of by.entries()) row.set(name, keys[index]!);
      for (const { name, evaluate } of results) row.set(name, evaluate(row));
      yield row;
    }
  };
}

function slotOf({ name, operands }: Of<'call'>, scope: Scope): Slot {
  const { of, isTimed } = aggregates.get(name)!;
  const given = operands.filter(({ kind }) => kind !== 'star');
  const compiled = [...given, ...(isTimed ? [eventTime] : [])].map((operand) =>
    compileExpression(operand, scope),
  );
  // count() and count(*) count rows, whatever they hold.
  return { of, operands: compiled.length ? compiled : [() => 1] };
}

/** Equal texts are one group, whether they came as texts or numbers; null is a group of its own. */
function groupText(keys: readonly Value[]): string | null {
  const texts = keys.map((value) => {
    if (value === null) return null;
    return String(value instanceof Timestamp ? value.millis : display(value));
  });
  return texts.length === 1 ? texts[0]! : JSON.stringify(texts);
}

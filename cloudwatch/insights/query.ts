/** What a parsed Logs Insights query is made of. Every node knows where it stands in the text. */
import type { Period } from './period.ts';

export interface FieldPath {
  /** As results show it: without backticks. */
  readonly name: string;
  readonly segments: readonly string[];
}

export type Expression = { readonly start: number } & (
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'period'; readonly period: Period }
  | { readonly kind: 'field'; readonly path: FieldPath }
  /** The `*` of `count(*)`. */
  | { readonly kind: 'star' }
  /** `name` in lower case. */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | {
      readonly kind: 'operation';
      readonly operator: string;
      readonly operands: readonly Expression[];
    }
  | {
      readonly kind: 'like';
      readonly subject: Expression;
      readonly pattern: Pattern;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in';
      readonly subject: Expression;
      readonly items: readonly Expression[];
      readonly negated: boolean;
    }
);

/** A text to be contained, or a regular expression in RE2's syntax. */
export interface Pattern {
  readonly kind: 'text' | 'regex';
  readonly source: string;
  readonly start: number;
}

/** A column: an expression and the name under which it is seen from then on. */
export interface Column {
  readonly name: string;
  readonly expression: Expression;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
}

export type Command = { readonly start: number } & (
  | { readonly command: 'fields' | 'display'; readonly columns: readonly Column[] }
  | { readonly command: 'filter'; readonly condition: Expression }
  | {
      readonly command: 'parse';
      readonly subject: Expression;
      readonly pattern: Pattern;
      /** Names of a glob's stars; a regular expression names its own groups. */
      readonly names: readonly string[];
    }
  | {
      readonly command: 'stats';
      readonly columns: readonly Column[];
      readonly by: readonly Column[];
    }
  | { readonly command: 'sort'; readonly keys: readonly SortKey[] }
  | { readonly command: 'limit'; readonly count: number }
  | { readonly command: 'dedup'; readonly fields: readonly FieldPath[] }
  | { readonly command: 'source'; readonly logGroups: readonly string[] }
);

export interface Query {
  readonly text: string;
  readonly commands: readonly Command[];
}

/** Every expression of a command, outermost first. */
export function* expressionsOf(command: Command): Generator<Expression> {
  switch (command.command) {
    case 'fields':
    case 'display':
      for (const { expression } of command.columns) yield* within(expression);
      break;
    case 'stats':
      for (const { expression } of [...command.columns, ...command.by]) yield* within(expression);
      break;
    case 'sort':
      for (const { expression } of command.keys) yield* within(expression);
      break;
    case 'filter':
      yield* within(command.condition);
      break;
    case 'parse':
      yield* within(command.subject);
  }
}

export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === 'call') for (const each of expression.arguments) yield* within(each);
  if (expression.kind === 'operation') for (const each of expression.operands) yield* within(each);
  if (expression.kind === 'like') yield* within(expression.subject);
  if (expression.kind === 'in') {
    for (const each of [expression.subject, ...expression.items]) yield* within(each);
  }
}

/** What a parsed Logs Insights query is made of. Every node knows where it stands in the text. */
import type { Period } from './period.ts';

export interface FieldPath {
  /** As results show it: without backticks. */
  readonly name: string;
  readonly segments: readonly string[];
}

export type Expression = { readonly start: number } & (
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'field'; readonly path: FieldPath }
  | { readonly kind: 'period'; readonly period: Period }
  /** What stands after `like`: a text to be contained, or a regular expression in RE2's syntax. */
  | { readonly kind: 'pattern'; readonly isRegex: boolean; readonly source: string }
  /** The `*` of `count(*)`. */
  | { readonly kind: 'star' }
  | ({ readonly kind: 'call' } & Applied)
  | ({ readonly kind: 'operation' } & Applied)
);

/** A function or an operator, its `name` in lower case. */
interface Applied {
  readonly name: string;
  readonly operands: readonly Expression[];
}

export type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

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
      readonly pattern: Of<'pattern'>;
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

/** Every expression of a command and all that it is made of, outermost first. */
export function expressionsOf(command: Command): readonly Expression[] {
  const columns = 'columns' in command ? command.columns : [];
  const more = 'by' in command ? command.by : 'keys' in command ? command.keys : [];
  const single =
    'condition' in command ? [command.condition] : 'subject' in command ? [command.subject] : [];
  return [...[...columns, ...more].map(({ expression }) => expression), ...single].flatMap(within);
}

const within = (expression: Expression): readonly Expression[] => [
  expression,
  ...('operands' in expression ? expression.operands.flatMap(within) : []),
];

/**
 * Operator precedence after Pratt: a grammar says what starts an expression and what each infix operator makes of what
 * stands on its left. Metric math, alarm rules and queries differ only in their grammar.
 */
import { SourceError } from './source-error.ts';
import { type Token, type TokenRule, tokenize } from './tokenize.ts';

export interface Infix<Node> {
  /** Higher binds tighter. */
  readonly power: number;
  /** Reads what follows the operator (already taken) and joins it to the left side. */
  join(left: Node, operator: Token, parser: PrattParser<Node>): Node;
}

export interface Grammar<Node> {
  readonly tokens: readonly TokenRule[];
  /** Makes a node of the token just taken and of what belongs to it. */
  prefix(token: Token, parser: PrattParser<Node>): Node;
  /** The operator that the token is, where it stands after an expression. */
  infix(token: Token): Infix<Node> | undefined;
}

/** Operators between two operands, row by row, the loosest first: row k has power k + 1. `^` groups to the right. */
export const binaryOperators = <Node>(
  rows: readonly (readonly string[])[],
  join: (left: Node, operator: Token, right: Node) => Node,
): Map<string, Infix<Node>> =>
  new Map(
    rows.flatMap((row, index) =>
      row.map((text): [string, Infix<Node>] => [
        text,
        {
          power: index + 1,
          join: (left, operator, parser) =>
            join(left, operator, parser.expression(text === '^' ? index : index + 1)),
        },
      ]),
    ),
  );

/** Keeps a hostile text from exhausting the stack, here and in whatever walks the tree. */
const maxNesting = 200;
const maxChain = 1000;

export class PrattParser<Node> {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly #grammar: Grammar<Node>;
  #index = 0;
  #nesting = 0;

  /** @throws SourceError where a text fits no token */
  constructor(source: string, grammar: Grammar<Node>) {
    this.source = source;
    this.tokens = tokenize(source, grammar.tokens);
    this.#grammar = grammar;
  }

  /** The token to be taken next. */
  get token(): Token {
    return this.tokens[this.#index]!;
  }

  /** The token after it. */
  get following(): Token {
    return this.tokens[this.#index + 1] ?? this.token;
  }

  advance(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  /** Takes the next token if it is this text, whatever its case. */
  take(text: string): Token | undefined {
    return this.token.kind !== 'end' && this.token.text.toLowerCase() === text.toLowerCase()
      ? this.advance()
      : undefined;
  }

  /** @throws SourceError where the next token is another */
  expect(text: string): Token {
    return this.take(text) ?? this.fail(`'${text}' is expected${this.#insteadOf()}`);
  }

  /** Everything up to an operator that binds no tighter than `power`. @throws SourceError */
  expression(power = 0): Node {
    if (++this.#nesting > maxNesting) this.fail(`this is nested more than ${maxNesting} deep`);
    let left = this.#grammar.prefix(this.advance(), this);
    for (let chain = 0; ; chain++) {
      const infix = this.#grammar.infix(this.token);
      if (!infix || infix.power <= power) break;
      if (chain === maxChain) this.fail(`more than ${maxChain} operators in a row`);
      left = infix.join(left, this.advance(), this);
    }
    this.#nesting--;
    return left;
  }

  /** What stands in parentheses, of which the first is taken. */
  enclosed(): Node {
    const inner = this.expression();
    this.expect(')');
    return inner;
  }

  /** All there is. */
  whole(): Node {
    const node = this.expression();
    this.end();
    return node;
  }

  /** `item, item, …` up to and including `close`. */
  list<Item>(close: string, item: () => Item): Item[] {
    if (this.take(close)) return [];
    const items = this.items(item);
    this.expect(close);
    return items;
  }

  /** `item, item, …`, one at least. */
  items<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.take(',')) items.push(item());
    return items;
  }

  /** @throws SourceError where anything is left */
  end(): void {
    if (this.token.kind !== 'end') this.fail(`'${this.token.text}' is not expected`);
  }

  fail(problem: string, at: Pick<Token, 'start'> = this.token): never {
    throw new SourceError(this.source, at.start, problem);
  }

  #insteadOf() {
    return this.token.kind === 'end' ? '' : ` instead of '${this.token.text}'`;
  }
}

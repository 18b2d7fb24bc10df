/**
 * Operator precedence after Pratt: a grammar says what starts an expression and what each infix operator makes of what
 * stands on its left. Metric math, alarm rules and queries differ only in their grammar.
 */
import { SourceError } from './source-error.ts';
import type { Token } from './tokenize.ts';

export interface Infix<Node> {
  /** Higher binds tighter. */
  readonly power: number;
  /** Reads what follows the operator (already taken) and joins it to the left side. */
  join(left: Node, operator: Token, parser: PrattParser<Node>): Node;
}

export interface Grammar<Node> {
  /** Makes a node of the token just taken and of what belongs to it. */
  prefix(token: Token, parser: PrattParser<Node>): Node;
  /** The operator that the token is, where it stands after an expression. */
  infix(token: Token): Infix<Node> | undefined;
}

/** Keeps a hostile text from exhausting the stack, here and in whatever walks the tree. */
const maxNesting = 200;
const maxChain = 1000;

export class PrattParser<Node> {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #grammar: Grammar<Node>;
  #index = 0;
  #nesting = 0;

  /** `tokens` end with the `end` token that `tokenize` adds. */
  constructor(source: string, tokens: readonly Token[], grammar: Grammar<Node>) {
    this.#source = source;
    this.#tokens = tokens;
    this.#grammar = grammar;
  }

  /** The token to be taken next. */
  get token(): Token {
    return this.#tokens[this.#index]!;
  }

  /** The token after it. */
  get following(): Token {
    return this.#tokens[this.#index + 1] ?? this.token;
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

  /** `item, item, …` up to and including `close`. */
  list<Item>(close: string, item: () => Item): Item[] {
    const items: Item[] = [];
    if (this.take(close)) return items;
    do items.push(item());
    while (this.take(','));
    this.expect(close);
    return items;
  }

  /** @throws SourceError where anything is left */
  end(): void {
    if (this.token.kind !== 'end') this.fail(`'${this.token.text}' is not expected`);
  }

  fail(problem: string, at: Pick<Token, 'start'> = this.token): never {
    throw new SourceError(this.#source, at.start, problem);
  }

  #insteadOf() {
    return this.token.kind === 'end' ? '' : ` instead of '${this.token.text}'`;
  }
}

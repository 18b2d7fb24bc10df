/** IAM's wildcards and policy variables as regular expressions. Source: IAM User Guide, JSON policy elements "Resource" and "Variables and tags". */

/** Gives the value of a policy variable's condition key, or nothing where the request has none. */
export type Resolve = (key: string) => string | undefined;

export interface Pattern {
  readonly source: string;
  matches(value: string, resolve: Resolve): boolean;
}

export interface PatternOptions {
  /**
   * `exact`: `*` and `?` stand for themselves; `resource`: `*` and `?` stay inside their part of the ARN, except a `*` that ends the part and anything after the fifth colon;
   * `arn`: six parts, each matched for itself (ArnLike).
   */
  readonly syntax?: 'exact' | 'text' | 'resource' | 'arn';
  /** Only policies of version 2012-10-17 have variables. */
  readonly variables?: boolean;
  readonly ignoreCase?: boolean;
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

const tokens = /\$\{([^}]*)\}|\*|\?|:|[^$*?:]+|\$/g;

/** `aws:PrincipalTag/team, 'everyone'` → the key and the default. */
const variable = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/;

/** The condition keys that a pattern's variables name. */
export const variablesOf = (text: string): readonly string[] =>
  [...text.matchAll(/\$\{([^}]*)\}/g)]
    .map(([, name = '']) => variable.exec(name)?.[1] ?? name)
    .filter((name) => !['*', '?', '$'].includes(name));

function toRegExpSource(text: string, options: PatternOptions, resolve: Resolve) {
  let colons = 0;
  let source = '';
  for (const match of text.matchAll(tokens)) {
    const [token, name] = match;
    const inPart = (options.syntax === 'resource' || options.syntax === 'arn') && colons < 5;
    if (name !== undefined && options.variables) {
      const value = variableValue(name, resolve);
      if (value === undefined) return undefined;
      source += literal(value);
    } else if (options.syntax === 'exact') {
      source += literal(token);
    } else if (token === '*') {
      const next = text[match.index + 1];
      const endsPart = options.syntax === 'resource' && (next === undefined || next === ':');
      source += inPart && !endsPart ? '[^:]*' : '.*';
    } else if (token === '?') {
      source += inPart ? '[^:]' : '.';
    } else {
      if (token === ':') colons++;
      source += literal(token);
    }
  }
  return source;
}

function variableValue(name: string, resolve: Resolve): string | undefined {
  if (['*', '?', '$'].includes(name)) return name;
  const [, key = name, fallback] = variable.exec(name) ?? [];
  return resolve(key) ?? fallback;
}

/** A variable without a value and without a default makes a pattern that matches nothing. */
export function compilePattern(text: string, options: PatternOptions = {}): Pattern {
  const flags = options.ignoreCase ? 'sui' : 'su';
  const compile = (resolve: Resolve) => {
    if (options.syntax === 'arn' && text === '*') return /./su;
    const source = toRegExpSource(text, options, resolve);
    return source === undefined ? undefined : new RegExp(`^${source}$`, flags);
  };
  if (options.variables && text.includes('${')) {
    return { source: text, matches: (value, resolve) => compile(resolve)?.test(value) ?? false };
  }
  const fixed = compile(() => undefined);
  return { source: text, matches: (value) => fixed?.test(value) ?? false };
}

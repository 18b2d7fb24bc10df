/** `{ $.status = 429 && ($.route = "GET *" || $.error IS TRUE) }`: conditions on the fields of a JSON event. */
import { type Comparison, compareWith, type Operator } from './comparison.ts';
import { type FilterPattern, FilterPatternError } from './filter-pattern.ts';

type Condition = (event: unknown) => boolean;

const token =
  /\s*(&&|\|\||[(){}]|!=|<=|>=|[=<>]|"(?:[^"\\]|\\.)*"|%[^%]*%|\$(?:\.\*|[\w.$-]|\[(?:\d+|\*)\]|\['[^']*'\])*|[\w.*:+-]+)/y;

/** Precedence: parentheses, then `&&`, then `||`. An event that is no JSON object matches nothing. */
export function parseJsonPattern(pattern: string): FilterPattern {
  const tokens = tokenize(pattern);
  let position = 0;
  let wildcards = 0;
  const take = () => tokens[position++] ?? '';
  const accept = (...wanted: readonly string[]) => {
    const found = wanted.every((text, offset) => tokens[position + offset]?.toUpperCase() === text);
    if (found) position += wanted.length;
    return found;
  };
  const expect = (wanted: string) => {
    if (accept(wanted)) return;
    const found = tokens[position] ?? 'the end';
    throw new FilterPatternError(pattern, `expected ${wanted} instead of ${found}`);
  };

  const alternatives = (): Condition => {
    const parts = [conjunction()];
    while (accept('||')) parts.push(conjunction());
    return (event) => parts.some((part) => part(event));
  };
  const conjunction = (): Condition => {
    const parts = [condition()];
    while (accept('&&')) parts.push(condition());
    return (event) => parts.every((part) => part(event));
  };
  const condition = (): Condition => {
    if (accept('(')) {
      const inner = alternatives();
      expect(')');
      return inner;
    }
    const path = pathOf(pattern, take());
    if (path.includes(any)) wildcards += 1;
    const holds = comparison();
    return (event) => {
      const values = valuesAt(path, event);
      return values.length > 0 ? values.some(holds) : holds(undefined);
    };
  };
  const comparison = (): Comparison => {
    if (accept('IS', 'NULL')) return (value) => value === null;
    if (accept('IS', 'TRUE')) return (value) => value === true;
    if (accept('IS', 'FALSE')) return (value) => value === false;
    if (accept('NOT', 'EXISTS')) return (value) => value === undefined;
    const operator = take();
    if (!/^(!=|[<>]=?|=)$/.test(operator)) {
      const known = '=, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE and NOT EXISTS';
      throw new FilterPatternError(pattern, `there is no operator '${operator}', only ${known}`);
    }
    const right = take();
    if (/^([$(){}=<>!&|]|$)/.test(right)) {
      throw new FilterPatternError(pattern, `${operator} needs a value instead of '${right}'`);
    }
    return compareWith(pattern, operator as Operator, right);
  };

  expect('{');
  const matches = alternatives();
  expect('}');
  if (wildcards > 3) {
    throw new FilterPatternError(pattern, 'it may have three wildcard selectors at most');
  }
  if (position < tokens.length) {
    throw new FilterPatternError(pattern, `'${tokens[position]}' stands after the closing brace`);
  }
  return {
    match(message) {
      const event = parse(message);
      return event && matches(event) ? event : undefined;
    },
    selector(text) {
      const path = pathOf(pattern, text);
      if (path.includes(any)) throw new FilterPatternError(pattern, `${text} is not one value`);
      return (event) => valuesAt(path, event)[0];
    },
  };
}

function tokenize(pattern: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < pattern.length) {
    const at = token.lastIndex;
    const found = token.exec(pattern)?.[1];
    if (found === undefined) {
      throw new FilterPatternError(pattern, `cannot read '${pattern.slice(at).trim()}'`);
    }
    tokens.push(found);
  }
  return tokens;
}

/** Any element, or any field. */
const any = Symbol('*');
type Path = readonly (string | typeof any)[];

/** `$.a.b[0]`, `$.['a.b']`, and with one wildcard `$.a[*]` or `$.*`. */
function pathOf(pattern: string, selector: string): Path {
  const step = /\.?\['([^']*)'\]|\.(\*|[\w-]+)|\[(\*|\d+)\]/y;
  step.lastIndex = 1;
  const path: (string | typeof any)[] = [];
  while (selector.startsWith('$') && step.lastIndex < selector.length) {
    const [, quoted, name, index] = step.exec(selector) ?? [];
    const key = name ?? index;
    if (quoted === undefined && key === undefined) break;
    path.push(quoted ?? (key === '*' ? any : (key ?? '')));
  }
  if (path.length === 0 || step.lastIndex < selector.length) {
    throw new FilterPatternError(
      pattern,
      `'${selector}' is no property selector like $.name or $.list[0]`,
    );
  }
  if (path.indexOf(any) !== path.lastIndexOf(any)) {
    throw new FilterPatternError(pattern, `${selector} has more than one wildcard`);
  }
  return path;
}

const valuesAt = (path: Path, event: unknown): readonly unknown[] =>
  path.reduce<readonly unknown[]>(
    (values, key) =>
      values.flatMap((value) => {
        if (typeof value !== 'object' || value === null) return [];
        if (key === any) return Object.values(value);
        return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
      }),
    [event],
  );

/** The message that was parsed last: all filters of a log group ask for the same one, one after the other. */
let last: { readonly message: string; readonly event: object | undefined } | undefined;

function parse(message: string): object | undefined {
  if (last?.message !== message) last = { message, event: parseObject(message) };
  return last.event;
}

function parseObject(message: string): object | undefined {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

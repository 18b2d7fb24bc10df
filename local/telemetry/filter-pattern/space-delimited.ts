/** `[ip, user, ..., status = 4* || status = 500, bytes > 1000]`: conditions on the fields of a line, by position. */
import { compareWith, numberOf, type Operator } from './comparison.ts';
import { type FilterPattern, FilterPatternError } from './filter-pattern.ts';

interface Field {
  readonly name: string;
  readonly holds: (text: string) => boolean;
}

const condition =
  /^\s*([\w-]+)\s*(?:(!=|<=|>=|[=<>])\s*("(?:[^"\\]|\\.)*"|%[^%]*%|[^\s"%&|]+))?\s*$/;

/** Text in brackets or double quotes is one word. */
const word = /\[([^\]]*)\]|"([^"]*)"|(\S+)/g;
const textOf = ([, bracketed, quoted, plain]: RegExpExecArray) =>
  bracketed ?? quoted ?? plain ?? '';

/**
 * `...` stands for any number of words. Without it the last field takes the rest of the line: the user guide's `[w1=ERROR, w2]`
 * finds all lines whose first word is ERROR.
 */
export function parseSpaceDelimited(pattern: string): FilterPattern {
  if (!pattern.endsWith(']')) throw new FilterPatternError(pattern, 'expected ] at the end');
  const parts = split(pattern.slice(1, -1), ',').map((part) => part.trim());
  const gap = parts.indexOf('...');
  if (parts.lastIndexOf('...') !== gap) {
    throw new FilterPatternError(pattern, 'the ellipsis may stand once');
  }
  const fields = parts.filter((part) => part !== '...').map((part) => fieldOf(pattern, part));
  return {
    match(message) {
      const words = [...message.matchAll(word)];
      const surplus = words.length - fields.length;
      if (surplus < 0) return undefined;
      const named = words.toSpliced(gap < 0 ? fields.length : gap, surplus).map(textOf);
      if (gap < 0 && surplus > 0) {
        named[fields.length - 1] = message.slice(words[fields.length - 1]?.index).trimEnd();
      }
      return fields.every(({ holds }, index) => holds(named[index] ?? '')) ? named : undefined;
    },
    selector(text) {
      const index = fields.findIndex(({ name }) => `$${name}` === text);
      if (index < 0) throw new FilterPatternError(pattern, `it names no field ${text}`);
      return (named) => (named as readonly string[])[index];
    },
  };
}

function fieldOf(pattern: string, text: string): Field {
  // `[]`, `[..., status_code = 4*,]`: a field without a name.
  if (text === '') return { name: '', holds: () => true };
  let name = '';
  const alternatives = split(text, '||').map((alternative) =>
    split(alternative, '&&').map((part) => {
      const [, field, operator, right] = condition.exec(part) ?? [];
      if (!field) throw new FilterPatternError(pattern, `cannot read '${part.trim()}'`);
      name ||= field;
      if (field.toLowerCase() !== name.toLowerCase()) {
        throw new FilterPatternError(pattern, `'${text}' names two fields`);
      }
      return operator && right ? holdsFor(pattern, operator as Operator, right) : () => true;
    }),
  );
  const holds = (value: string) => alternatives.some((all) => all.every((part) => part(value)));
  return { name, holds };
}

/** All fields are text here, so one that is a number is compared as one with a number. */
function holdsFor(pattern: string, operator: Operator, right: string): (text: string) => boolean {
  const compare = compareWith(pattern, operator, right);
  const wantsNumber = numberOf(right) !== undefined;
  return (text) => compare(wantsNumber ? (numberOf(text) ?? text) : text);
}

/** Splits outside of quotes and regular expressions. */
function split(text: string, separator: string): string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|%[^%]*%|\|\||&&|[\s\S]/g)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

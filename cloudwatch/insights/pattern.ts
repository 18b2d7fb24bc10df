/** Patterns of `like`, `=~` and `parse`. Regular expressions run on RE2's engine, as CloudWatch's do: no look-arounds. */
import { RE2JS } from 're2js';
import { SourceError } from '../syntax/source-error.ts';
import type { Of } from './query.ts';

type Pattern = Of<'pattern'>;

export type Test = (text: string) => boolean;
/** The captured texts by name, or undefined where the text does not match. */
export type Extract = (text: string) => ReadonlyMap<string, string> | undefined;

/** `like "x"` is a substring, with case. @throws SourceError */
export function compileTest(query: string, pattern: Pattern): Test {
  if (!pattern.isRegex) return (text) => text.includes(pattern.source);
  const regex = compileRegex(query, pattern);
  return (text) => regex.test(text);
}

/** @param names names of the stars of a glob @throws SourceError */
export function compileExtract(
  query: string,
  pattern: Pattern,
  names: readonly string[],
): { readonly names: readonly string[]; readonly extract: Extract } {
  if (!pattern.isRegex) {
    return { names, extract: compileGlob(query, pattern, names) };
  }
  const regex = compileRegex(query, pattern);
  const groups = Object.keys(regex.namedGroups());
  if (!groups.length) {
    throw new SourceError(query, pattern.start, 'parse needs named groups, (?<name>…),');
  }
  return {
    names: groups,
    extract: (text) => {
      // Testing runs several times faster than capturing, and most lines do not match.
      if (!regex.test(text)) return undefined;
      const matcher = regex.matcher(text);
      if (!matcher.find()) return undefined;
      return new Map(groups.map((group) => [group, matcher.group(group) ?? '']));
    },
  };
}

function compileRegex(query: string, { source, start }: Pattern): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const look = /\(\?<?[=!]/.exec(source);
    const problem = look
      ? `CloudWatch's regular expressions (RE2) have no look-around '${look[0]}'`
      : `the regular expression is broken (${(error as Error).message})`;
    throw new SourceError(query, start + 1 + (look?.index ?? 0), problem);
  }
}

/** Stars match as little as they can, the last one to the end if it ends the pattern; the pattern may start anywhere. */
function compileGlob(query: string, { source, start }: Pattern, names: readonly string[]): Extract {
  const parts = source.split('*');
  if (parts.length - 1 !== names.length || !names.length) {
    const problem = `the pattern has ${parts.length - 1} stars and ${names.length} names after 'as'`;
    throw new SourceError(query, start, problem);
  }
  return (text) => {
    const first = parts[0] as string;
    let from = text.indexOf(first);
    if (from < 0) return undefined;
    from += first.length;
    const found = new Map<string, string>();
    for (const [index, name] of names.entries()) {
      const next = parts[index + 1] as string;
      const to = next === '' && index === names.length - 1 ? text.length : text.indexOf(next, from);
      if (to < 0) return undefined;
      found.set(name, text.slice(from, to));
      from = to + next.length;
    }
    return found;
  };
}

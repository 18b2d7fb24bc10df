/** Plain `$context` substitution, as access-log formats and gateway-response templates have it: no logic, nothing escaped. */
import type { Exchange } from './exchange.ts';

type Variables = Readonly<Record<string, string>> | null;

/** A claim's name may hold `:` and `-`, a header's `-`; other variables are dotted words. */
const name = String.raw`(?:context\.authorizer\.claims\.[\w:-]*\w|method\.request\.header\.[\w-]*\w|(?:context|stageVariables|method\.request)\.\w+(?:\.\w+)*)`;
const reference = new RegExp(`\\$(?:(${name})|\\{(${name})\\})`, 'g');

/** Compiles a text once; `absent` stands for what has no value. */
export function compileSubstitution(
  text: string,
  absent: string,
  variables: Variables,
): (exchange: Exchange) => string {
  const parts: (string | ((exchange: Exchange) => string | undefined))[] = [];
  let end = 0;
  for (const match of text.matchAll(reference)) {
    parts.push(text.slice(end, match.index), parameterSource((match[1] ?? match[2])!, variables));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return (exchange) =>
    parts.map((part) => (typeof part === 'string' ? part : (part(exchange) ?? absent))).join('');
}

/**
 * A mapping expression: `'literal'`, `context.NAME`, `stageVariables.NAME`, `method.request.{header|querystring|path}.NAME`.
 * Anything else has no value here. AWS: Parameter mapping source examples for REST APIs.
 */
export function parameterSource(
  expression: string,
  variables: Variables,
): (exchange: Exchange) => string | undefined {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return () => literal;
  const [source, ...rest] = expression.split('.');
  if (source === 'context') return ({ context }) => lookUp(context, rest);
  if (source === 'stageVariables') return () => lookUp(variables, rest);
  if (source !== 'method' || rest[0] !== 'request') return () => undefined;
  const [, location, ...words] = rest;
  const name = words.join('.');
  if (location === 'header') return ({ request }) => request.headers.get(name)?.at(-1);
  if (location === 'querystring') return ({ request }) => request.query.get(name)?.at(-1);
  if (location === 'path') return ({ pathParameters }) => lookUp(pathParameters, [name]);
  return () => undefined;
}

/** Text of an own member, however deep; objects have none. */
function lookUp(from: unknown, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>(
    (object, name) =>
      typeof object === 'object' && object !== null && Object.hasOwn(object, name)
        ? (object as Record<string, unknown>)[name]
        : undefined,
    from,
  );
  return value === undefined || value === null || typeof value === 'object'
    ? undefined
    : `${value}`;
}

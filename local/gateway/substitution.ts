/** Plain `$context` substitution, as access-log formats and gateway-response templates have it: no logic, nothing escaped. */
import { type Headers, isMappable } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { spelling } from './request.ts';

type Variables = Readonly<Record<string, string>> | null;
type Source = (exchange: Exchange) => string | undefined;

/** A claim's name may hold `:` and `-`, a header's `-`; other variables are dotted words. */
const name = String.raw`(?:context\.(?:authorizer\.claims|(?:request|response)Override\.header)\.[\w:-]*\w|method\.request\.header\.[\w-]*\w|(?:context|stageVariables|method\.request)\.\w+(?:\.\w+)*)`;
const reference = new RegExp(`\\$(?:(${name})|\\{(${name})\\})`, 'g');

/** Compiles a text once; `absent` stands for what has no value. */
export function compileSubstitution(
  text: string,
  absent: string,
  variables: Variables,
): (exchange: Exchange) => string {
  const parts: (string | Source)[] = [];
  let end = 0;
  for (const match of text.matchAll(reference)) {
    parts.push(text.slice(end, match.index), parameterSource((match[1] ?? match[2])!, variables));
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return (exchange) =>
    parts.map((part) => (typeof part === 'string' ? part : (part(exchange) ?? absent))).join('');
}

/** Headers by mapping expression. What has no value is left out (assumed). */
export function compileHeaders(
  mappings: Headers,
  variables: Variables,
): (exchange: Exchange) => Headers {
  const sources = mappings.map(
    ([name, expression]) => [name, parameterSource(expression, variables)] as const,
  );
  return (exchange) =>
    sources.flatMap(([name, source]) => {
      const value = source(exchange);
      return value !== undefined && isMappable([name, value]) ? [[name, value] as const] : [];
    });
}

/**
 * A mapping expression: `'literal'`, `context.NAME`, `stageVariables.NAME`, `method.request.{header|querystring|path}.NAME`.
 * Anything else has no value here. AWS: Parameter mapping source examples for REST APIs.
 */
function parameterSource(expression: string, variables: Variables): Source {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return () => literal;
  const [source, ...path] = expression.split('.');
  if (source === 'context') return ({ context }) => lookUp(context, path);
  if (source === 'stageVariables') return () => lookUp(variables, path);
  const [, location, name = ''] =
    /^method\.request\.(header|querystring|path)\.(.+)$/.exec(expression) ?? [];
  const header = spelling(name);
  if (location === 'header') return ({ request }) => request.headers.get(header)?.at(-1);
  if (location === 'querystring') return ({ request }) => request.query.get(name)?.at(-1);
  if (location === 'path') return ({ pathParameters }) => lookUp(pathParameters, [name]);
  return () => undefined;
}

/** Text of an own member, however deep; objects have none. */
function lookUp(from: unknown, path: readonly string[]): string | undefined {
  let value = from;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value === undefined || value === null || typeof value === 'object'
    ? undefined
    : `${value}`;
}

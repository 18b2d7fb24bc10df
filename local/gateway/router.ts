/** Which method serves a raw path. A route is (resource, method): per segment literal before `{param}` before `{proxy+}`. */
import type { MethodModel } from './api-model.ts';
import type { Readings } from './readings.ts';

export interface Match<Method> {
  readonly method: Method;
  /** Raw, as they came. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

export type Router<Method> = (httpMethod: string, path: string) => Match<Method> | undefined;

/** What ANY stands for. AWS: Set up a proxy integration with a proxy resource. */
const any = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export function createRouter<Method extends Pick<MethodModel, 'resourcePath' | 'httpMethod'>>(
  methods: readonly Method[],
  { missingMethod, pathParameters }: Readings,
): Router<Method> {
  const value = pathParameters === 'raw' ? (raw: string) => raw : decoded;
  const resources = [...Map.groupBy(methods, ({ resourcePath }) => resourcePath)]
    .map(([path, group]) => ({
      ...compile(path),
      methods: new Map(group.map((method) => [method.httpMethod, method])),
    }))
    .sort((a, b) => (a.precedence < b.precedence ? -1 : 1));

  return (httpMethod, path) => {
    const trimmed = withoutTrailingSlashes(path);
    for (const { pattern, names, methods } of resources) {
      const [found, ...values] = pattern.exec(trimmed) ?? [];
      if (found === undefined) continue;
      const method =
        methods.get(httpMethod) ?? (any.has(httpMethod) ? methods.get('ANY') : undefined);
      if (method) {
        const pairs = names.map((name, i) => [name, value(values[i]!)]);
        return { method, pathParameters: pairs.length > 0 ? Object.fromEntries(pairs) : null };
      }
      if (missingMethod === 'stops') return undefined;
    }
    return undefined;
  };
}

/** `precedence` has a digit for each segment: of two resources that fit a path, the one that sorts first serves it. */
function compile(resourcePath: string) {
  const names: string[] = [];
  let precedence = '';
  let pattern = '';
  for (const segment of resourcePath.split('/').filter(Boolean)) {
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name !== undefined) names.push(name);
    precedence += name === undefined ? 0 : greedy ? 2 : 1;
    pattern += `/${name === undefined ? segment.replace(/\W/g, '\\$&') : greedy ? '(.+)' : '([^/]+)'}`;
  }
  return { names, precedence, pattern: new RegExp(`^${pattern}$`, 's') };
}

/** A trailing slash routes like none. Recorded: test_lambda_aws_proxy_integration. */
function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

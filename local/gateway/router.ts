/** Which method serves a raw path. A route is (resource, method): per segment literal before `{param}` before `{proxy+}`. */
import type { MethodModel } from './api-model.ts';
import type { Readings } from './readings.ts';

export interface Match<Method> {
  readonly method: Method;
  /** Raw, as they came. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

interface Node<Method> {
  readonly literals: Map<string, Node<Method>>;
  readonly methods: Map<string, Method>;
  parameter?: readonly [name: string, node: Node<Method>];
  proxy?: readonly [name: string, node: Node<Method>];
}

export type Router<Method> = (httpMethod: string, path: string) => Match<Method> | undefined;

/** What ANY stands for. AWS: Set up a proxy integration with a proxy resource. */
const any = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

export function createRouter<Method extends Pick<MethodModel, 'resourcePath' | 'httpMethod'>>(
  methods: readonly Method[],
  { missingMethod, pathParameters }: Readings,
): Router<Method> {
  const root = newNode<Method>();
  for (const method of methods) place(root, method).methods.set(method.httpMethod, method);
  const value = pathParameters === 'raw' ? (raw: string) => raw : decoded;

  return (httpMethod, path) => {
    const segments = path.split('/').slice(1);
    // A trailing slash routes like none. Recorded: test_lambda_aws_proxy_integration.
    while (segments.at(-1) === '') segments.pop();
    const captured: [string, string][] = [];

    const serve = ({ methods }: Node<Method>): Method | null | undefined =>
      methods.get(httpMethod) ??
      (any.has(httpMethod) ? methods.get('ANY') : undefined) ??
      (missingMethod === 'stops' && methods.size > 0 ? null : undefined);

    /** Undefined: nothing here, try the next resource; null: found, and refused. */
    const walk = (node: Node<Method>, depth: number): Method | null | undefined => {
      const segment = segments[depth];
      if (segment === undefined) return serve(node);
      const literal = node.literals.get(segment);
      const found = literal && walk(literal, depth + 1);
      if (found !== undefined) return found;
      const attempts = [
        [node.parameter, segment, depth + 1],
        [node.proxy, segments.slice(depth).join('/'), segments.length],
      ] as const;
      for (const [child, text, next] of attempts) {
        if (!child || text === '') continue;
        captured.push([child[0], value(text)]);
        const method = walk(child[1], next);
        if (method !== undefined) return method;
        captured.pop();
      }
      return undefined;
    };

    const method = walk(root, 0);
    if (!method) return undefined;
    return { method, pathParameters: captured.length > 0 ? Object.fromEntries(captured) : null };
  };
}

const newNode = <Method>(): Node<Method> => ({ literals: new Map(), methods: new Map() });

function place<Method extends Pick<MethodModel, 'resourcePath'>>(
  root: Node<Method>,
  { resourcePath }: Method,
): Node<Method> {
  let node = root;
  for (const segment of resourcePath.split('/').filter(Boolean)) {
    const [, name, greedy] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) {
      const literal = node.literals.get(segment) ?? newNode<Method>();
      node.literals.set(segment, literal);
      node = literal;
    } else {
      const kind = greedy ? 'proxy' : 'parameter';
      node[kind] ??= [name, newNode<Method>()];
      node = node[kind][1];
    }
  }
  return node;
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

import { type Scope, scopes } from './scopes.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** API Gateway's resource path. */
  readonly path: string;
  /** The scope that the gateway asks for. */
  readonly scope: Scope;
  readonly hasBody: boolean;
  readonly success: 200 | 201 | 204;
  readonly summary: string;
}

/** One function per method; the key is the function's name and its folder's entry file. */
export const routes = {
  'put-item': {
    method: 'POST',
    path: '/items',
    scope: scopes.write,
    hasBody: true,
    success: 201,
    summary: 'Create an item',
  },
  'list-items': {
    method: 'GET',
    path: '/items',
    scope: scopes.read,
    hasBody: false,
    success: 200,
    summary: 'List your items, newest first',
  },
  'get-item': {
    method: 'GET',
    path: '/items/{id}',
    scope: scopes.read,
    hasBody: false,
    success: 200,
    summary: 'Read an item',
  },
  'update-item': {
    method: 'PUT',
    path: '/items/{id}',
    scope: scopes.write,
    hasBody: true,
    success: 200,
    summary: 'Replace an item',
  },
  'delete-item': {
    method: 'DELETE',
    path: '/items/{id}',
    scope: scopes.write,
    hasBody: false,
    success: 204,
    summary: 'Delete an item',
  },
} as const satisfies Record<string, Route>;

export type FunctionName = keyof typeof routes;

/** Answered by the gateway itself (mock integration), without a token. */
export const healthRoute = { method: 'GET', path: '/health' } as const;

/** `GET /items/{id}`: how a route is written in logs, traces, metrics of load tests and dashboards. */
export const routeKey = (route: Pick<Route, 'method' | 'path'>): string =>
  `${route.method} ${route.path}`;

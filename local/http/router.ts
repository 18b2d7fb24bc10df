/** Finds the handler of a call in a table: `GET /api/traces/{id}`. The last segment may be a parameter. */
import { type Call, json, type Reply } from './loopback-server.ts';

/** `parameter` is the decoded last segment where the route has one. */
export type Handler = (call: Call, parameter: string) => Reply | Promise<Reply>;
export type Routes = Readonly<Record<string, Handler>>;

/** Unknown paths are 404, known ones with another method 405, both as one sentence of JSON. HEAD is answered as GET. */
export function createRouter(routes: Routes): (call: Call) => Reply | Promise<Reply> {
  const known = Object.keys(routes);
  return (call) => {
    const { pathname } = call.url;
    const [, parent = '', last = ''] = /^(.*)\/([^/]+)$/.exec(pathname) ?? [];
    const method = call.method === 'HEAD' ? 'GET' : call.method;
    for (const path of [pathname, `${parent}/{id}`]) {
      const handler = routes[`${method} ${path}`];
      if (handler) return handler(call, decode(last));
      const methods = known.filter((route) => route.endsWith(` ${path}`));
      if (methods.length > 0) {
        const allow = methods.map((route) => route.split(' ')[0]).join(', ');
        const message = `${pathname} does not take ${call.method}, but ${allow}`;
        return json(405, { message }, { allow });
      }
    }
    return json(404, { message: `There is no ${pathname} here` });
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

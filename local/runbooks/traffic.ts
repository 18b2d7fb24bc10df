/** Traffic for rehearsals: a few calls of the routes, all at once; and what callers do wrong. */
import type { RunningSystem } from '../system/running-system.ts';

/** Items that are there before a fault is. @returns their ids */
export async function prepareItems(system: RunningSystem, count: number): Promise<string[]> {
  const made = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      system.call('POST', '/items', { as: 'alice', body: { title: `item ${index}` } }),
    ),
  );
  return made.map(({ json }) => json.id);
}

/** Every route but `GET /items/{id}`; one item is deleted. */
export async function ordinaryTraffic(system: RunningSystem, ids: string[]): Promise<void> {
  const [deleted] = ids.splice(0, 1);
  const [kept] = ids;
  const one = (method: string, path: string, body?: object) =>
    system.call(method, path, {
      as: 'alice',
      headers: { 'If-Match': '*' },
      ...(body && { body }),
    });
  await Promise.all([
    one('POST', '/items', { title: 'one' }),
    one('POST', '/items', { title: 'two' }),
    one('GET', '/items'),
    one('GET', '/items'),
    one('PUT', `/items/${kept}`, { title: 'changed' }),
    one('DELETE', `/items/${deleted}`),
  ]);
}

/** No token, a wrong route, a body that is no object, fields that are not allowed. */
export async function mistakes(system: RunningSystem): Promise<void> {
  await Promise.all([
    system.call('GET', '/items'),
    system.call('GET', '/nowhere', { as: 'alice' }),
    system.call('POST', '/items', { as: 'alice', body: '[]' }),
    system.call('POST', '/items', { as: 'alice', body: { titel: 'wrong' } }),
    system.call('POST', '/items', { as: 'alice', body: { title: '' } }),
    system.call('PUT', '/items/no-such-item', { as: 'alice', body: { title: 'no If-Match' } }),
  ]);
}

/** What happens rarely: a stale update, a retry with the same key; and a read, also while the table fails and throttles. */
export async function rareTraffic(system: RunningSystem, id: string): Promise<void> {
  const as = 'alice';
  const read = () => system.call('GET', `/items/${id}`, { as });
  await read();
  await system.call('PUT', `/items/${id}`, {
    as,
    headers: { 'If-Match': '"0"' },
    body: { title: 'stale' },
  });
  for (const _ of ['first', 'again']) {
    await system.call('POST', '/items', {
      as,
      headers: { 'Idempotency-Key': 'rehearsal' },
      body: { title: 'once' },
    });
  }
  for (const kind of ['table-errors', 'table-throttling']) {
    const fault = await system.control<{ id: string }>('/api/faults', { kind });
    await read();
    await fetch(`${system.runtime.urls.control}/api/faults/${fault.id}`, { method: 'DELETE' });
  }
}

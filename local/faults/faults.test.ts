import { describe, expect, test } from '@jest/globals';
import { createFaults } from './faults.ts';

const routesOf = (functionName: string) =>
  functionName === 'get-item' ? ['GET /items/{id}'] : ['POST /items'];

describe('faults', () => {
  test('hit the calls of their kind until they are removed', () => {
    const faults = createFaults(routesOf);
    const { id } = faults.add({ kind: 'table-errors' });
    expect(faults.hit('table-errors', 'get-item')).toMatchObject({ id, kind: 'table-errors' });
    expect(faults.hit('table-latency', 'get-item')).toBeUndefined();
    expect([faults.remove(id), faults.remove(id)]).toEqual([true, false]);
    expect(faults.hit('table-errors', 'get-item')).toBeUndefined();
  });

  test('hit only the functions of their route', () => {
    const faults = createFaults(routesOf);
    faults.add({ kind: 'function-crash', route: 'GET /items/{id}' });
    expect(faults.hit('function-crash', 'get-item')).toBeDefined();
    expect(faults.hit('function-crash', 'put-item')).toBeUndefined();
  });

  test('hit the share of calls that is asked for', () => {
    const draws = [0.29, 0.3, 0.9, 0];
    const faults = createFaults(routesOf, () => draws.shift() ?? 1);
    faults.add({ kind: 'table-errors', rate: 0.3 });
    const hits = [1, 2, 3, 4].map(() => faults.hit('table-errors', 'get-item') !== undefined);
    expect(hits).toEqual([true, false, false, true]);
  });

  test('end by themselves after their real seconds', () => {
    let now = 1_000;
    const faults = createFaults(
      routesOf,
      () => 0,
      () => now,
    );
    faults.add({ kind: 'table-errors', durationSeconds: 10 });
    now += 9_999;
    expect(faults.list()).toHaveLength(1);
    now += 1;
    expect(faults.hit('table-errors', 'get-item')).toBeUndefined();
    expect(faults.list()).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { fates } from '../journey/items-client.ts';
import { compareSides, type LoadRecord } from './compare-sides.ts';
import type { ServiceRecord } from './service-record.ts';
import type { PerFunction } from './telemetry.ts';

const names = Object.keys(routes) as FunctionName[];
const perFunction = <T>(of: (name: FunctionName) => T) =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as PerFunction<T>;

/** 1000 requests of each route, all handled, unless told otherwise of get-item. */
const load = (getItem: object = {}, other: Partial<LoadRecord> = {}): LoadRecord => ({
  answers: perFunction((name) => ({
    ...(Object.fromEntries(fates.map((fate) => [fate, 0])) as LoadRecord['answers']['get-item']),
    handled: 1000,
    ...(name === 'get-item' && getItem),
  })),
  interrupted: 0,
  latency: {},
  ...other,
});
const service = (other: Partial<ServiceRecord> = {}, getItem = 1000): ServiceRecord => ({
  requests: 5000,
  failed: 0,
  invocations: perFunction((name) => (name === 'get-item' ? getItem : 1000)),
  throttles: perFunction(() => 0),
  latencies: [],
  logged: 5000,
  atEdges: perFunction(() => 0),
  ...other,
});
const disagreeing = (a: LoadRecord, b: ServiceRecord) =>
  compareSides(a, b)
    .filter(({ agree }) => !agree)
    .map(({ what, note }) => `${what}: ${note}`);

describe('compareSides', () => {
  test('agree where all numbers are the same', () => {
    expect(disagreeing(load(), service())).toEqual([]);
  });

  test('one sample in a hundred that is missing is reported, wherever it is', () => {
    expect(disagreeing(load(), service({ requests: 4950 }))).toEqual([
      'requests: the service misses 50 (1.00 %)',
    ]);
    expect(disagreeing(load(), service({}, 990))).toEqual([
      'get-item invocations: the service misses 10 (1.00 %)',
    ]);
    expect(disagreeing(load(), service({ logged: 4950 }))).toEqual([
      'access log: the service misses 50 (1.00 %)',
    ]);
    expect(disagreeing(load({ handled: 990 }), service())).toEqual([
      'requests: the service has 10 (0.20 %) too many',
      'get-item invocations: the service has 10 (1.01 %) too many',
      'access log: the service has 10 (0.20 %) too many',
    ]);
  });

  test('a 5xx that the metric does not count is reported', () => {
    const failing = load({ handled: 900, failed: 100 });
    expect(disagreeing(failing, service({ failed: 100 }))).toEqual([]);
    expect(disagreeing(failing, service({ failed: 99 }))).toEqual([
      '5xx: the service misses 1 (1.00 %)',
    ]);
  });

  test.each([
    ['401 and 403 reach no function', { handled: 900, refused: 100 }, {}, 900],
    ['429 may be counted', { handled: 900, unlogged: 100 }, {}, 900],
    [
      '429 may be counted nowhere',
      { handled: 900, unlogged: 100 },
      { requests: 4900, logged: 4900 },
      900,
    ],
    ['a request without an answer may have arrived', { handled: 900, lost: 100 }, {}, 1000],
    [
      'a request without an answer may have got lost',
      { handled: 900, lost: 100 },
      { requests: 4900, logged: 4900 },
      900,
    ],
  ])('%s', (_, getItem, other, invocations) => {
    expect(disagreeing(load(getItem), service(other, invocations))).toEqual([]);
  });

  test('what Lambda throttled is a 5xx without an invocation', () => {
    const throttles = perFunction((name) => (name === 'get-item' ? 40 : 0));
    const failing = load({ handled: 960, failed: 40 });
    expect(disagreeing(failing, service({ failed: 40, throttles }, 960))).toEqual([]);
    expect(disagreeing(failing, service({ failed: 40 }, 960))).toHaveLength(1);
  });

  test('what others sent at the edge of a minute may be on either side of it', () => {
    const atEdges = perFunction((name) => Number(name === 'get-item'));
    expect(disagreeing(load(), service({ atEdges }, 999))).toEqual([]);
    expect(disagreeing(load(), service({ atEdges }, 1001))).toEqual([]);
    expect(disagreeing(load(), service({ atEdges }, 998))).toHaveLength(1);
  });

  test('a run that was cut short had requests under way', () => {
    const cut = load({}, { interrupted: 10 });
    expect(disagreeing(cut, service({ requests: 5010, logged: 5003 }, 1007))).toEqual([]);
    expect(disagreeing(cut, service({ requests: 5011 }))).toHaveLength(1);
    expect(disagreeing(cut, service({ requests: 4999 }))).toHaveLength(1);
  });

  test('a log that does not reach back is not compared', () => {
    const rows = compareSides(load(), service({ logged: undefined }));
    expect(rows.map(({ what }) => what)).not.toContain('access log');
  });

  test('callers wait at least as long as the service takes', () => {
    const latencies = Array.from({ length: 101 }, (_, index) => index);
    const rows = (p99: number) =>
      compareSides(load({}, { latency: { p50: 60, p99 } }), service({ latencies })).slice(-2);
    expect(rows(120)).toEqual([
      {
        what: 'p50 latency',
        k6: '60 ms',
        service: '50 ms',
        agree: true,
        note: '10 ms outside the service',
      },
      {
        what: 'p99 latency',
        k6: '120 ms',
        service: '99 ms',
        agree: true,
        note: '21 ms outside the service',
      },
    ]);
    expect(rows(90)[1]).toMatchObject({ agree: false });
  });
});

/** The engine against the plainest reading of its own language: loops over objects, no compiling, no streaming. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runQuery } from './run-query.ts';

type Cell = number | string | undefined;
type Event = Readonly<Record<(typeof names)[number], Cell>>;

const names = ['route', 'status', 'ms'] as const;

interface Condition {
  readonly field: (typeof names)[number];
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  readonly value: number;
}

interface Plan {
  readonly conditions: readonly Condition[];
  readonly connective: 'and' | 'or';
  readonly by: 'route' | 'status' | 'minute';
  readonly percent: number;
  readonly descending: boolean;
  readonly limit: number;
}

const minute = 60_000;
const start = Date.UTC(2026, 0, 5);

const event = fc.record({
  route: fc.option(fc.constantFrom('GET /a', 'PUT /b', 'x'), { nil: undefined }),
  status: fc.option(fc.constantFrom(200, 404, 503), { nil: undefined }),
  ms: fc.option(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('slow')), {
    nil: undefined,
  }),
});
const plan: fc.Arbitrary<Plan> = fc.record({
  conditions: fc.array(
    fc.record({
      field: fc.constantFrom(...names),
      operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      value: fc.constantFrom(-10, 0, 10, 200, 404, 503),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  connective: fc.constantFrom('and', 'or'),
  by: fc.constantFrom('route', 'status', 'minute'),
  percent: fc.integer({ min: 0, max: 100 }),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 5 }),
});

const toQuery = ({ conditions, connective, by, percent, descending, limit }: Plan) =>
  [
    `filter ${conditions.map(({ field, operator, value }) => `${field} ${operator} ${value}`).join(` ${connective} `)}`,
    `stats count(*) as n, sum(ms) as total, avg(ms) as mean, min(ms) as least, pct(ms, ${percent}) as p by ${by === 'minute' ? 'bin(1m)' : by} as key`,
    `sort n ${descending ? 'desc' : 'asc'}, key ${descending ? 'desc' : 'asc'}`,
    `limit ${limit}`,
  ].join('\n| ');

function holds({ field, operator, value }: Condition, row: Event): boolean {
  const cell = row[field];
  if (cell === undefined) return false;
  const order =
    typeof cell === 'number'
      ? cell - value
      : cell < String(value)
        ? -1
        : cell > String(value)
          ? 1
          : 0;
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

const written = (millis: number) =>
  new Date(millis).toISOString().replace('T', ' ').replace('Z', '');

function reference(
  events: readonly Event[],
  { conditions, connective, by, percent, descending, limit }: Plan,
) {
  const groups = new Map<string | number | null, Event[]>();
  events.forEach((row, index) => {
    const tests = conditions.map((condition) => holds(condition, row));
    if (!(connective === 'and' ? tests.every(Boolean) : tests.some(Boolean))) return;
    const key =
      by === 'minute' ? written(start + Math.floor(index / 6) * minute) : (row[by] ?? null);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  const rows = [...groups].map(([key, members]) => {
    const numbers = members.map(({ ms }) => ms).filter((ms) => typeof ms === 'number');
    const ordered = [...numbers].sort((left, right) => left - right);
    const total = numbers.reduce((sum, ms) => sum + ms, 0);
    const some = numbers.length > 0;
    const texts = members.some(({ ms }) => ms === 'slow');
    return {
      key,
      n: members.length,
      total: some ? total : null,
      mean: some ? total / numbers.length : null,
      // As texts, digits and the minus sign come before letters.
      least: some ? ordered[0] : texts ? 'slow' : null,
      p: some ? ordered[Math.max(0, Math.ceil((percent / 100) * ordered.length) - 1)] : null,
    };
  });
  const rank = (key: string | number | null) => (typeof key === 'number' ? 1 : 0);
  const text = (key: string | number | null) => String(key ?? '');
  rows.sort((left, right) => {
    const byKey =
      rank(left.key) - rank(right.key) ||
      (text(left.key) < text(right.key) ? -1 : text(left.key) > text(right.key) ? 1 : 0);
    return (left.n - right.n || byKey) * (descending ? -1 : 1);
  });
  return rows.slice(0, limit);
}

describe('the engine', () => {
  test('agrees with a naive reference on generated logs', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), plan, (events, generated) => {
        const logs = events.map((row, index) => ({
          timestamp: start + index * 10_000,
          message: JSON.stringify(row),
        }));
        expect(runQuery(toQuery(generated), logs).rows).toEqual(reference(events, generated));
      }),
      { numRuns: 300 },
    );
  });

  test('does not care in which order events arrive', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        plan,
        fc.infiniteStream(fc.nat()),
        (events, generated, salt) => {
          const logs = events.map((row, index) => ({
            timestamp: start + index * 10_000,
            message: JSON.stringify(row),
          }));
          const shuffled = logs
            .map((log) => ({ log, order: salt.next().value as number }))
            .sort((left, right) => left.order - right.order)
            .map(({ log }) => log);
          const query = toQuery(generated);
          expect(runQuery(query, shuffled).rows).toEqual(runQuery(query, logs).rows);
        },
      ),
      { numRuns: 100 },
    );
  });
});

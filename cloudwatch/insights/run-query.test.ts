import { describe, expect, test } from '@jest/globals';
import { SourceError } from '../syntax/source-error.ts';
import { type LogEvent, runQuery } from './run-query.ts';

const start = Date.UTC(2026, 0, 5);

/** One event per line, ten seconds apart; objects are JSON lines. */
const eventsOf = (...lines: readonly (string | object)[]): LogEvent[] =>
  lines.map((line, index) => ({
    timestamp: start + index * 10_000,
    message: typeof line === 'string' ? line : JSON.stringify(line),
  }));

const rowsOf = (query: string, ...lines: readonly (string | object)[]) =>
  runQuery(query, eventsOf(...lines)).rows;

/** The value of one expression for one line. */
const evaluate = (expression: string, line: string | object = {}) =>
  rowsOf(`fields ${expression} as value`, line)[0]?.['value'];

describe('fields of an event', () => {
  const nested = {
    a: { b: [{ c: 7 }] },
    'd.e': 1,
    f: { 'g.h': 2 },
    '@odd': 3,
    'x y': 4,
    none: null,
  };

  test.each([
    ['a.b.0.c', 7],
    ['a.b', null],
    ['d.e', 1],
    ['f.g.h', 2],
    ['@@odd', 3],
    ['`x y`', 4],
    ['missing', null],
    ['ispresent(none)', 0],
    ['toString', null],
  ])('%s is %p', (field, value) => {
    expect(evaluate(field, nested)).toBe(value);
  });

  test("JSON's booleans are 1 and 0", () => {
    expect(rowsOf('filter done = 1 | fields done', { done: true }, { done: false })).toEqual([
      { done: 1 },
    ]);
  });

  test('beyond the two hundredth are not discovered', () => {
    const many = Object.fromEntries(
      Array.from({ length: 250 }, (_, index) => [`f${index}`, index]),
    );
    expect(evaluate('f199', many)).toBe(199);
    expect(evaluate('f200', many)).toBeNull();
  });

  test('of a hostile depth are left out', () => {
    const deep = `{"a":${'['.repeat(20_000)}${'1,'.repeat(300)}1${']'.repeat(20_000)}}`;
    expect(evaluate('a.0', deep)).toBeNull();
  });

  test("Lambda's REPORT line has its durations and its memory in bytes", () => {
    const report =
      'REPORT RequestId: 5f-1\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tInit Duration: 90.1 ms\t\nXRAY TraceId: 1-67-ab\tSegmentId: 3f\tSampled: true';
    const query =
      'fields @type, @requestId, @duration, @billedDuration, @initDuration, @memorySize, @maxMemoryUsed, @xrayTraceId';
    expect(Object.values(rowsOf(query, report)[0] ?? {})).toEqual([
      'REPORT',
      '5f-1',
      12.5,
      13,
      90.1,
      128e6,
      60e6,
      '1-67-ab',
    ]);
  });

  test("Lambda's JSON report has the same fields", () => {
    const metrics = {
      durationMs: 12.5,
      billedDurationMs: 13,
      memorySizeMB: 128,
      maxMemoryUsedMB: 60,
    };
    const report = { type: 'platform.report', record: { requestId: '5f-1', metrics } };
    expect(rowsOf('filter @type = "REPORT" | fields @duration, @memorySize', report)).toEqual([
      { '@duration': 12.5, '@memorySize': 128e6 },
    ]);
  });

  test("the first JSON object inside a line of Lambda's text format is discovered, elsewhere none", () => {
    const message =
      '2026-01-05T00:00:00.000Z\t7d0a1b2c-0000-4000-8000-000000000001\tINFO\tdone {"n": 1} {"n": 2}';
    expect(evaluate('n', message)).toBe(1);
    expect(evaluate('n', 'done {"n": 1}')).toBeNull();
  });
});

describe('comparisons', () => {
  test.each([
    ['status >= 500', { status: 503 }, 1],
    ['status = "503"', { status: 503 }, 1],
    ['status < 60', { status: '7' }, 1],
    ['name < "b"', { name: 'a' }, 1],
    ['missing = 1', {}, 0],
    ['missing != 1', {}, 0],
    ['missing not in [1]', {}, 0],
    ['not missing = 1', {}, 1],
    ['m like "a"', { m: 'cat' }, 1],
    ['m like "A"', { m: 'cat' }, 0],
    ['m like /(?i)A/', { m: 'cat' }, 1],
    ['m =~ /^c.t$/', { m: 'cat' }, 1],
    ['m not like /dog/', { m: 'cat' }, 1],
    ['missing not like /dog/', {}, 0],
    ['n in [1, "two"]', { n: 'two' }, 1],
    ['n not in [1, "two"]', { n: 3 }, 1],
    ['a = 1 or b = 1 and c = 1', { a: 1, b: 0, c: 0 }, 1],
    ['(a = 1 or b = 1) and c = 1', { a: 1, b: 0, c: 0 }, 0],
    ['not a = 1 and b = 1', { a: 0, b: 1 }, 1],
    ['!ispresent(a)', {}, 1],
    ['@timestamp > "2020-01-01"', {}, 0],
    ['toMillis(@timestamp) > 1577836800000', {}, 1],
  ])('%s on %j is %p', (expression, line, value) => {
    expect(evaluate(expression, line)).toBe(value);
  });
});

describe('arithmetic and functions', () => {
  test.each([
    ['1 + 2 * 3 ^ 2', 19],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', 4],
    ['10 % 3', 1],
    ['7 / 0', null],
    ['n / 2', 3],
    ['word + 1', null],
    ['a.b / 2', 5],
    ['abs(-1.5)', 1.5],
    ['ceil(1.2) + floor(1.8)', 3],
    ['round(2.5)', 3],
    ['round(1.256, 2)', 1.26],
    ['greatest(1, n, 3)', 6],
    ['least(1, n, 3)', 1],
    ['coalesce(missing, word)', 'Hello'],
    ['isempty(missing)', 1],
    ['isblank("  ")', 1],
    ['isblank(word)', 0],
    ['if(n > 5, "big", "small")', 'big'],
    ['if(n > 6, "big")', null],
    ['case(n = 1, "one", n = 6, "six", "many")', 'six'],
    ['strlen("naïve 💡")', 7],
    ['substr("xyZfooxyZ", 3, 3)', 'foo'],
    ['substr("xyZfoo", 3)', 'foo'],
    ['concat(word, "-", n)', 'Hello-6'],
    ['concat(word, missing)', null],
    ['tolower(word)', 'hello'],
    ['TOUPPER(word)', 'HELLO'],
    ['trim("xyZxyfooxyxyZ", "xyZ")', 'foo'],
    ['ltrim("xyZxyfooxyZ", "xyZ")', 'fooxyZ'],
    ['rtrim("xyZfooxyxyZ", "xyZ")', 'xyZfoo'],
    ['replace("a.a", ".", "$&")', 'a$&a'],
    ['strcontains(word, "ell")', 1],
    ['jsonParse(text)', '{"k":[1,2]}'],
    ['toupper(jsonParse(text))', null],
    ['now()', start / 1000],
    ['fromMillis(0)', '1970-01-01 00:00:00.000'],
    ['datefloor(fromMillis(3599999), 1h)', '1970-01-01 00:00:00.000'],
    ['dateceil(fromMillis(1), 1h)', '1970-01-01 01:00:00.000'],
    ['dateceil(fromMillis(3600000), 1h)', '1970-01-01 01:00:00.000'],
    ['datefloor(@timestamp, 1w)', '2026-01-05 00:00:00.000'],
    ['datefloor(@timestamp, 2mo)', '2026-01-01 00:00:00.000'],
    ['dateceil(@timestamp, 1quarter)', '2026-04-01 00:00:00.000'],
    ['bin(1yr)', '2026-01-01 00:00:00.000'],
  ])('%s is %p', (expression, value) => {
    const line = { n: 6, word: 'Hello', text: '{"k":[1,2]}', a: { b: 10 } };
    expect(evaluate(expression, line)).toBe(value);
  });

  test('a parsed map gives its members by dots, brackets and backticks', () => {
    const text = JSON.stringify({ users: [{ action: 'a' }, { 'user.id': 'b' }] });
    const query =
      'fields jsonParse(text) as j | fields j.users[0].action as x, j.users[1].`user.id` as y';
    expect(rowsOf(`${query} | display x, y`, { text })).toEqual([{ x: 'a', y: 'b' }]);
  });
});

describe('parse', () => {
  test('a glob captures the shortest texts, the last star the rest', () => {
    const query =
      'parse @message "user=*, took * ms*" as user, took, rest | display user, took, rest';
    expect(rowsOf(query, 'I user=ann, took 12 ms, twice')).toEqual([
      { user: 'ann', took: '12', rest: ', twice' },
    ]);
  });

  test('a regular expression captures its named groups', () => {
    const query = String.raw`parse @message /took (?<took>\d+)/ | stats sum(took) as total`;
    expect(rowsOf(query, 'took 5', 'took 7', 'none')).toEqual([{ total: 12 }]);
  });

  test('a line that does not match keeps its fields', () => {
    expect(rowsOf('parse @message "x=*" as x | display x', 'y=1')).toEqual([{ x: null }]);
  });
});

describe('stats', () => {
  const lines = [
    { route: 'a', ms: 10 },
    { route: 'a', ms: 30 },
    { route: 'b', ms: 20 },
    { ms: '40' },
    { route: 'b' },
  ];

  test('counts rows and present fields, and ignores what is no number', () => {
    const query =
      'stats count(*) as rows, count() as too, count(ms) as timed, sum(ms) as sum, avg(ms) as avg, min(ms) as min, max(ms) as max, count_distinct(route) as routes, countDistinct(route) as again';
    expect(rowsOf(query, ...lines, { ms: 'slow' })).toEqual([
      { rows: 6, too: 6, timed: 5, sum: 100, avg: 25, min: 10, max: '40', routes: 2, again: 2 },
    ]);
  });

  test('takes the nearest rank as percentile and the deviation of the whole', () => {
    const query =
      'stats pct(ms, 50) as p50, pct(ms, 100) as p100, pct(ms, 0) as p0, stddev(ms) as sd';
    expect(rowsOf(query, ...lines)).toEqual([{ p50: 20, p100: 40, p0: 10, sd: Math.sqrt(125) }]);
  });

  test('groups by fields, a missing one apart, and by time', () => {
    const query = 'stats count(*) as n by bin(20s), route | sort n desc, route';
    expect(rowsOf(query, ...lines)).toEqual([
      { 'bin(20s)': '2026-01-05 00:00:00.000', route: 'a', n: 2 },
      { 'bin(20s)': '2026-01-05 00:00:20.000', route: null, n: 1 },
      { 'bin(20s)': '2026-01-05 00:00:40.000', route: 'b', n: 1 },
      { 'bin(20s)': '2026-01-05 00:00:20.000', route: 'b', n: 1 },
    ]);
  });

  test('computes with aggregates and with columns before it', () => {
    const query = 'stats sum(ms) / count(ms) as mean, max(ms) as top, top - mean as over';
    expect(rowsOf(query, ...lines)).toEqual([{ mean: 25, top: '40', over: 15 }]);
  });

  test('earliest and latest go by time, and times are milliseconds', () => {
    const query = 'stats earliest(ms) as first, latest(ms) as last, max(@timestamp) as end';
    expect(rowsOf(query, ...lines)).toEqual([{ first: 10, last: '40', end: start + 40_000 }]);
  });

  test('is followed by filters, fields and stats on its own columns', () => {
    const query =
      'stats sum(ms) as total by route | filter total > 20 | stats count(*) as busy, max(total) as most';
    expect(rowsOf(query, ...lines)).toEqual([{ busy: 2, most: 40 }]);
  });

  test('columns without an alias are named as they are written', () => {
    const { fields } = runQuery('stats count(*),  max( ms ) by route, bin(5m)', eventsOf(...lines));
    expect(fields).toEqual(['route', 'bin(5m)', 'count(*)', 'max( ms )']);
  });
});

describe('sort, limit, dedup, display', () => {
  test('sorts as the documented example does', () => {
    const sorted = [
      '!:',
      '#',
      '*%04',
      '0#',
      '5A',
      '111A',
      '2345_',
      '@',
      '@_',
      'A',
      'A9876fghj',
      'a12345hfh',
      '0',
      '01',
      '1',
      '2',
      '3',
    ];
    const shuffled = [...sorted].reverse().map((v) => ({ v }));
    const rows = rowsOf('fields v | sort v', ...shuffled).map(({ v }) => v);
    // 0 and 01 are numbers, too; 01 and 1 the same one, and then their order is not documented.
    const settled = (values: readonly unknown[]) => values.filter((v) => v !== '01');
    expect(settled(rows)).toEqual(settled(sorted));
  });

  test('a missing value comes last in a descending sort', () => {
    const rows = rowsOf('fields n | sort n desc', { n: 1 }, {}, { n: 'x' }, { n: 3 });
    expect(rows.map(({ n }) => n)).toEqual([3, 1, 'x', null]);
  });

  test('without sort the newest comes first', () => {
    expect(rowsOf('fields n | limit 2', { n: 1 }, { n: 2 }, { n: 3 })).toEqual([
      { n: 3 },
      { n: 2 },
    ]);
  });

  test('a query without limit answers ten thousand rows', () => {
    const { rows, statistics } = runQuery(
      'fields @timestamp',
      eventsOf(...Array(10_001).fill('x')),
    );
    expect(rows).toHaveLength(10_000);
    expect(statistics).toEqual({
      recordsMatched: 10_001,
      recordsScanned: 10_001,
      bytesScanned: 10_001,
    });
  });

  test('what a limit cuts off has matched all the same', () => {
    const { rows, statistics } = runQuery(
      'filter n > 1 | limit 2',
      eventsOf({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }),
    );
    expect(rows).toHaveLength(2);
    expect(statistics).toMatchObject({ recordsMatched: 4, recordsScanned: 5 });
  });

  test('dedup keeps the first of each and all that lack the field', () => {
    const rows = rowsOf(
      'fields a, n | sort n | dedup a',
      { a: 1, n: 1 },
      { n: 2 },
      { a: 1, n: 3 },
      { n: 4 },
    );
    expect(rows.map(({ n }) => n)).toEqual([1, 2, 4]);
  });

  test('the last display wins over fields', () => {
    const query = 'fields a, b | display a | display b';
    expect(runQuery(query, eventsOf({ a: 1, b: 2 })).rows).toEqual([{ b: 2 }]);
  });

  test('an event without fields shows time and message', () => {
    expect(rowsOf('filter @message like "x"', 'x')).toEqual([
      { '@timestamp': '2026-01-05 00:00:00.000', '@message': 'x' },
    ]);
  });

  test('SOURCE chooses log groups', () => {
    const events = ['/a', '/b'].map((logGroup) => ({
      timestamp: start,
      message: logGroup,
      logGroup,
    }));
    expect(runQuery(`SOURCE '/b' | fields @log`, events).rows).toEqual([{ '@log': '/b' }]);
  });

  test('comments end with their line', () => {
    expect(
      rowsOf('# all | limit 1\nfields n # | sort n\n| sort n', { n: 2 }, { n: 1 }),
    ).toHaveLength(2);
  });
});

describe('a query that cannot run', () => {
  test.each([
    ['filtre a = 1', 0, "'filtre' is no command: did you mean filter?"],
    ['pattern @message', 0, "the command 'pattern' is not modelled here"],
    ['stats coun(*)', 6, 'there is no function coun(): did you mean count()?'],
    ['fields constructor(a)', 7, 'there is no function constructor()'],
    ['fields md5(a)', 7, 'md5() is not modelled here'],
    ['filter count(*) > 1', 7, 'count() can stand only in stats'],
    ['fields substr(a)', 7, 'substr() takes 2 to 3 arguments, not 1,'],
    ['stats count(*) by bin(five)', 22, 'bin() needs a period such as 5m'],
    ['fields a,', 9, 'the query ends too early'],
    ['filter a like b', 14, "a text or a /regular expression/ is expected after 'like'"],
    [
      'filter a like /(?<!x)y/',
      15,
      "CloudWatch's regular expressions (RE2) have no look-around '(?<!'",
    ],
    ['parse @message /x(y)/', 15, 'parse needs named groups, (?<name>…),'],
    ['parse @message "*-*" as a', 15, "the pattern has 2 stars and 1 names after 'as'"],
    ['limit 0', 6, 'a whole number above 0 is expected'],
    ['limit 100001', 0, 'limit can be at most 100000'],
    ['sort a | stats count(*)', 0, 'sort can stand only after the last stats'],
    ['dedup a | sort a', 10, 'only limit can follow dedup: put sort before it'],
    [Array(11).fill('stats count(*)').join('|'), 150, 'a query can have at most 10 stats commands'],
    ['fields "open', 7, `'"' is not expected`],
  ])('%s names the place', (query, position, problem) => {
    const refusal = () => runQuery(query, []);
    expect(refusal).toThrow(SourceError);
    expect(refusal).toThrow(
      expect.objectContaining({ position, problem: expect.stringContaining(problem) }),
    );
  });
});

describe('a query that CloudWatch bends silently', () => {
  test.each([
    ['stats count(*) by bin(300s)', 'capped-period'],
    ['filter done = true', 'boolean-word'],
    ['filter @timestamp > "2026-01-01"', 'written-date'],
    ['filter "2026-01-01" < @timestamp', 'written-date'],
    ['filter @timestamp in ["2026-01-01"]', 'written-date'],
    ['filter a like "%x%"', 'like-wildcard'],
    ['stats count(*) as n by a | sort b', 'unknown-after-stats'],
    ['stats count(*) as n by a | stats max(n) by bin(5m)', 'unknown-after-stats'],
  ])('%s is warned of', (query, rule) => {
    expect(runQuery(query, []).warnings).toMatchObject([{ rule, level: 'warning' }]);
  });

  test('sound queries are not', () => {
    const sound = [
      'stats count(*) as n by bin(5m) | sort n desc',
      'stats count(*) as n by bin(1h) as t, route | stats max(n) as most by route | sort most',
      'fields jsonParse(@message) as j | stats count(*) by j.status',
      'stats count(*) by a.b | filter a.b = 1',
      'stats count(*) as n by r | parse r "* *" as method, path | sort path',
      'filter done = 1 and true_count > 0',
      'filter day in ["2026-01-01", @timestamp]',
    ];
    for (const query of sound)
      expect({ query, warnings: runQuery(query, []).warnings }).toEqual({ query, warnings: [] });
  });

  test('bin(300s) counts by minutes', () => {
    const events = [0, 59_000, 61_000].map((offset) => ({
      timestamp: start + offset,
      message: '',
    }));
    expect(runQuery('stats count(*) as n by bin(300s)', events).rows).toHaveLength(2);
  });
});

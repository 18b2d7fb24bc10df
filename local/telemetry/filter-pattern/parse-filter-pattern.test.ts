import { afterEach, describe, expect, test } from '@jest/globals';
import { readings } from './comparison.ts';
import { FilterPatternError } from './filter-pattern.ts';
import { parseFilterPattern } from './parse-filter-pattern.ts';

const matches = (pattern: string, message: string) =>
  parseFilterPattern(pattern).match(message) !== undefined;

const selected = (text: string, message: string, selector: string) => {
  const pattern = parseFilterPattern(text);
  return pattern.selector(selector)(pattern.match(message) ?? {});
};

// Messages and events are the examples of the CloudWatch Logs user guide, "Filter pattern syntax".
const bad = '[ERROR 400] BAD REQUEST';
const unauthorized = '[ERROR 401] UNAUTHORIZED REQUEST';
const missing = '[ERROR 419] MISSING ARGUMENTS';
const invalid = '[ERROR 420] INVALID ARGUMENTS';
const all = [bad, unauthorized, missing, invalid];

describe('terms', () => {
  test.each<[string, string[]]>([
    ['ERROR', all],
    ['ERROR ARGUMENTS', [missing, invalid]],
    ['?ERROR ?ARGUMENTS', all],
    ['?MISSING ?INVALID', [missing, invalid]],
    ['ERROR -ARGUMENTS', [bad, unauthorized]],
    ['-ARGUMENTS', [bad, unauthorized]],
    ['"BAD REQUEST"', [bad]],
    ['BAD "[ERROR 400]"', [bad]],
    ['-"BAD REQUEST" REQUEST', [unauthorized]],
    ['?MISSING REQUEST', [bad, unauthorized]],
    ['%AUTHORIZED%', [unauthorized]],
    ['%4[12]0%', [invalid]],
    ['-%4[12]0% ERROR', [bad, unauthorized, missing]],
    ['error', []],
    ['" "', all],
    ['', all],
  ])('%s', (pattern, matching) => {
    expect(all.filter((message) => matches(pattern, message))).toEqual(matching);
  });

  test('match inside a word, and quotes can be escaped', () => {
    expect(matches('ERROR', 'Exiting with ERRORCODE: -1')).toBe(true);
    expect(matches('"say \\"hi\\""', 'they say "hi"')).toBe(true);
  });
});

const trail = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [
    { name: 'a', id: 1 },
    { name: 'b', id: 2 },
  ],
  SomeObject: null,
  'cluster.name': 'c',
  ThisFlag: true,
});

const user = JSON.stringify({
  user: { id: 1, email: 'John.Stiles@example.com' },
  users: [
    { id: 2, email: 'John.Doe@example.com' },
    { id: 3, email: 'Jane.Doe@example.com' },
  ],
  actions: ['GET', 'PUT', 'DELETE'],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
});

const numbers = JSON.stringify({
  bandwidth: 76,
  latency: 50,
  errorCode: 400,
  number: [0.001],
  text: '400',
});

describe('JSON patterns', () => {
  test.each<[string, string, boolean]>([
    ['{ $.eventType = "UpdateTrail" }', trail, true],
    ['{ $.eventType = UpdateTrail }', trail, true],
    ['{ $.eventType = "updatetrail" }', trail, false],
    ['{ $.eventType = "*" && $.sourceIPAddress != 123.123.* }', trail, true],
    ['{ $.sourceIPAddress != 111.111.* }', trail, false],
    ['{ $.sourceIPAddress = %111\\.11[12]% }', trail, true],
    ['{ $.arrayKey[0] = "value" }', trail, true],
    ['{ $.arrayKey[1] = "value" }', trail, false],
    ['{ $.objectList[1].id = 2 }', trail, true],
    ['{ $.SomeObject IS NULL }', trail, true],
    ['{ $.eventType IS NULL }', trail, false],
    ['{ $.SomeOtherObject NOT EXISTS }', trail, true],
    ['{ $.SomeObject NOT EXISTS }', trail, false],
    ['{ $.ThisFlag IS TRUE }', trail, true],
    ['{ $.ThisFlag IS FALSE }', trail, false],
    ['{ $.ThisFlag = * }', trail, false],
    ['{ $.ThisFlag != "x" }', trail, false],
    ['{ $.SomeObject = * }', trail, false],
    ['{ $.[\'cluster.name\'] = "c" }', trail, true],
    ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', user, true],
    [
      '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }',
      user,
      true,
    ],
    [
      '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }',
      user,
      false,
    ],
    ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', user, false],
    ['{ $.coordinates[1][2] = 6 }', user, true],
    ['{ $.actions = "GET" }', user, false],
    ['{ $.user != "x" }', user, false],
    ['{ $.bandwidth > 75 }', numbers, true],
    ['{ $.bandwidth > 76 }', numbers, false],
    ['{ $.bandwidth >= 76 }', numbers, true],
    ['{ $.latency < 50 }', numbers, false],
    ['{ $.latency <= 50 }', numbers, true],
    ['{ $.errorCode = 400}', numbers, true],
    ['{ $.errorCode != 500 }', numbers, true],
    ['{ $.errorCode != 400 }', numbers, false],
    ['{ $.errorCode = 4* }', numbers, true],
    ['{ $.latency = * }', numbers, true],
    ['{ $.number[0] = 1e-3 }', numbers, true],
    ['{ $.number[0] != 1e+3 }', numbers, true],
    ['{ $.text = "400" }', numbers, true],
    ['{ $.text > 3 }', numbers, false],
    ['{ $.absent = * }', numbers, false],
    ['{ $.errorCode = 400 }', 'errorCode = 400', false],
    ['{ $.errorCode = 400 }', '{ errorCode = 400', false],
    ['{ $.__proto__ NOT EXISTS }', numbers, true],
    ['{ $.a = "%a%" || $.b = "%b%" || $.c = "%c%" || $.eventType = %^Update% }', trail, true],
    ['{ $.arrayKey[*] = %val.{2}% }', trail, true],
    ['{ $.arrayKey[*] = "another value" }', trail, true],
    ['{ $.arrayKey[*] = "no value" }', trail, false],
    ['{ $.* = %111\\.111\\.111\\.1[0-9]{1,2}% }', trail, true],
    ['{ $.* = %111\\.111\\.112\\.1[0-9]{1,2}% }', trail, false],
    ['{ $.objectList[*].id = 2 }', trail, true],
    ['{ $.objectList[*].id = 3 }', trail, false],
    ['{ $.objectList[*].none NOT EXISTS }', trail, true],
    ['{ $.objectList[*].id NOT EXISTS }', trail, false],
    ["{ $.['*'] = 1 }", '{"*":1}', true],
    ["{ $.['*'] = 1 }", '{"a":1}', false],
    ['{ $.eventType = %^[A-Z]{,1}pdate% }', trail, true],
  ])('%s', (pattern, message, expected) => {
    expect(matches(pattern, message)).toBe(expected);
  });

  test('select values of the matching event', () => {
    expect(selected('{ $.user.id = 1 }', user, '$.actions[1]')).toBe('PUT');
    expect(selected('{ $.user.id = 1 }', user, '$.users[9].id')).toBeUndefined();
    expect(selected('{ $.a = 1 }', '{"a":1,".*":2}', "$.['.*']")).toBe(2);
    expect(selected('{ $.user.id = 1 }', user, '$.coordinates[1][2]')).toBe(6);
  });
});

describe('readings that AWS leaves open', () => {
  const defaults = { ...readings };
  afterEach(() => void Object.assign(readings, defaults));

  test('numbers match numeric text only where the switch says so', () => {
    expect(matches('{ $.text = 400 }', numbers)).toBe(false);
    readings.numbersMatchNumericText = true;
    expect(matches('{ $.text = 400 }', numbers)).toBe(true);
    expect(matches('{ $.text > 399 }', numbers)).toBe(true);
  });

  test('what is missing is unequal only where the switch says so', () => {
    expect(matches('{ $.absent != "x" }', numbers)).toBe(false);
    readings.missingIsUnequal = true;
    expect(matches('{ $.absent != "x" }', numbers)).toBe(true);
  });
});

const apache =
  '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

describe('space-delimited patterns', () => {
  test.each<[string, string, boolean]>([
    ['[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', apache, true],
    ['[ip, user, username, timestamp, request =*.css*, status_code = 4*, bytes]', apache, false],
    ['[..., request =*.html*, status_code = 4*, bytes]', apache, true],
    ['[ip, ..., bytes > 1533]', apache, true],
    ['[ip, ..., bytes > 1534]', apache, false],
    ['[..., status_code = 404 || status_code = 410, bytes]', apache, true],
    ['[..., status_code = 405 || status_code = 410, bytes]', apache, false],
    ['[a, b, c, d, e, f, g, h]', apache, false],
    ['[a, b, c, d, e, f, g, h, ...]', apache, false],
    ['[ip=%127\\.0\\.0\\.[0-9]{1,3}%, user, ...]', apache, true],
    ['[ip=%127\\.0\\.1\\.[0-9]{1,3}%, user, ...]', apache, false],
    ['[..., request=*.html*, status_code=4*,]', apache, true],
    ['[]', apache, true],
    ['[w1=ERROR, w2]', 'ERROR 09/25/2014 12:00:02 Failed to process request', true],
    ['[w1=ERROR, w2]', 'INFO 09/25/2014 12:00:00 GET /service/resource/67 1200', false],
    ['[w1=ERROR]', 'ERROR 09/25/2014 12:00:02 Failed to process request', false],
    ['[ip, server, username, timestamp, request, status_code, bytes > 1000]', apache, true],
    ['[w1=ERROR, w2]', 'ERROR disk', true],
    ['[w1=ERROR, w2]', 'disk ERROR', false],
    ['[w1=ERROR || W1=WARNING, w2]', 'WARNING disk', true],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'WARNING disk', false],
    ['[w1!=ERROR && w1!=WARNING, w2]', 'INFO disk', true],
    ['[w1="a, b", w2]', '"a, b" c', true],
  ])('%s', (pattern, message, expected) => {
    expect(matches(pattern, message)).toBe(expected);
  });

  test('let the last field have the rest of the line', () => {
    expect(selected('[level, date, rest]', 'INFO today "GET /x" [a b] ', '$rest')).toBe(
      '"GET /x" [a b]',
    );
  });

  test('select fields by name, on both sides of the ellipsis', () => {
    const pattern = '[ip, server, ..., request, status, bytes]';
    expect(
      ['$ip', '$server', '$request', '$status', '$bytes'].map((name) =>
        selected(pattern, apache, name),
      ),
    ).toEqual(['127.0.0.1', 'Prod', 'GET /index.html HTTP/1.0', '404', '1534']);
  });
});

test.each([
  ['{ $.a = 1 }', '$.a[', /is no property selector/],
  ['{ $.a = 1 }', '$a', /is no property selector/],
  ['{ $.a = 1 }', '$.a[*]', /is not one value/],
  ['[ip, bytes]', '$status', /it names no field \$status/],
  ['[ip, bytes]', '$.bytes', /it names no field \$\.bytes/],
  ['ERROR', '$.a', /terms have no fields/],
])('%s has no field %s', (pattern, selector, message) => {
  expect(() => parseFilterPattern(pattern).selector(selector)).toThrow(message);
});

describe('a pattern that is not the syntax', () => {
  test.each([
    ['a:b', /'a:b': put a:b in double quotes/],
    ['"open', /put '"open' in double quotes/],
    ['%(a)%', /must not have '\('/],
    ['%[%', /is no regular expression/],
    ['{ $.a EXISTS }', /no operator 'EXISTS', only =, .*NOT EXISTS/],
    ['{ $.a IS NOT NULL }', /no operator 'IS'/],
    ['{ $.a == 1 }', /= needs a value instead of '='/],
    ['{ $.a ~ 1 }', /cannot read '~ 1 }'/],
    ['{ $.a < "x" }', /< compares with a number, not with "x"/],
    ['{ $.a = }', /= needs a value/],
    ['{ $.a[*].b[*] = 1 }', /has more than one wildcard/],
    ['{ $.* = 1 || $.a.* = 1 || $.b[*] = 1 || $.c[*] = 1 }', /three wildcard selectors at most/],
    ['{ $.a = %a% || $.b = %b% || $.c = %c% }', /two regular expressions at most/],
    ['[a=%a%, b=%b%, c=%c%]', /two regular expressions at most/],
    ["%it's%", /must not have/],
    [`{ ${'('.repeat(20_000)}$.a = 1 }`, /'\{ \(+…': it may have 1,024 characters at most/],
    ['{ a = 1 }', /'a' is no property selector/],
    ['{ $ = 1 }', /'\$' is no property selector/],
    ['{ ($.a = 1 }', /expected \) instead of }/],
    ['{ $.a = 1', /expected } instead of the end/],
    ['{ $.a = 1 } x', /'x' stands after the closing brace/],
    ['{ }', /no property selector/],
    ['[a, b', /expected \] at the end/],
    ['[..., a, ...]', /ellipsis may stand once/],
    ['[a=1 || b=2]', /names two fields/],
    ['[a b]', /cannot read 'a b'/],
  ])('is refused by name: %s', (pattern, message) => {
    expect(() => parseFilterPattern(pattern)).toThrow(FilterPatternError);
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});

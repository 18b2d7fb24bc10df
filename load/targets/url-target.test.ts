import { describe, expect, test } from '@jest/globals';
import { UnusableError } from '../command/command-line.ts';
import { urlTarget } from './url-target.ts';

describe('urlTarget', () => {
  const LOAD_CLIENTS = 'one:s1, two:s:2';

  test('has its clients from the environment, and no books to compare', () => {
    const target = urlTarget('https://api.example.com', 'https://s', { LOAD_CLIENTS });
    expect(target.clients).toEqual([
      { id: 'one', secret: 's1' },
      { id: 'two', secret: 's:2' },
    ]);
    expect(target.telemetry).toBeUndefined();
  });

  test.each([
    ['https://api.example.com', true],
    ['http://127.0.0.1:4001', false],
    ['http://localhost:4001', false],
    ['http://localhost.example.com', true],
  ])('%s costs money: %s', (url, costs) => {
    expect(urlTarget(url, 'https://s', { LOAD_CLIENTS }).costs).toBe(costs);
  });

  test.each([
    [undefined, LOAD_CLIENTS, /^A URL needs --sign-in/],
    ['https://s', undefined, /^A URL needs --sign-in/],
    ['https://s', 'one', /^LOAD_CLIENTS holds a client that is not id:secret$/],
  ])('sign-in %s, clients %s', (signIn, clients, message) => {
    const open = () => urlTarget('https://x', signIn, { LOAD_CLIENTS: clients });
    expect(open).toThrow(UnusableError);
    expect(open).toThrow(message);
  });
});

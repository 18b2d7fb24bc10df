import { expect, test } from '@jest/globals';
import { ConfigError, readConfig } from './read-config.ts';

const config = {
  stage: 'dev',
  apiUrl: 'https://api.example.com',
  signInUrl: 'https://sign-in.example.com',
  clientId: 'abc',
  scopes: ['items/read'],
};

test('reads the settings', async () => {
  expect(await readConfig(async () => Response.json(config))).toEqual(config);
});

test.each<[string, () => Response]>([
  ['is not there', () => new Response('Access Denied', { status: 403 })],
  ['is no JSON', () => new Response('<html>')],
  ['is null', () => Response.json(null)],
  ['lacks the API', () => Response.json({ ...config, apiUrl: undefined })],
  ['names no URL', () => Response.json({ ...config, signInUrl: 'nowhere' })],
  ['lacks the client', () => Response.json({ ...config, clientId: undefined })],
  ['has no scopes', () => Response.json({ ...config, scopes: 'all' })],
  ['is an error page with JSON', () => Response.json(config, { status: 500 })],
  [
    'cannot be fetched',
    () => {
      throw new TypeError('Failed to fetch');
    },
  ],
])('says in one sentence who can mend it where /config.json %s', async (_, answer) => {
  const error = await readConfig(async () => answer()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as Error).message).toMatch(/^[^.]*\/config\.json,[^.]*deploy them again\.$/);
});

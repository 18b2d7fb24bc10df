/** `npm run token -- <alice|bob|machine> [scopes…]`: prints an access token, got as any client would get it, and nothing else. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { scopes } from '../../services/contract/scopes.ts';
import { people } from './people.ts';
import type { SignInDescription } from './sign-in.ts';

const usage = `Usage: npm run token -- <${people.map(({ username }) => username).join('|')}|machine> [scopes…] [--port <base>]`;

type Client = SignInDescription['clients'][number];

/**
 * Gets a token from a running sign-in.
 * @param who a demo person, `machine` (the template's first machine client) or a machine client's name
 * @throws an Error of one line that says what to do
 */
export async function fetchToken(
  url: string,
  who: string,
  asked: readonly string[],
): Promise<string> {
  const description = await describe(url);
  const person = people.find(({ username }) => username === who);
  const flow = person ? 'code' : 'client_credentials';
  const client = description.clients.find(
    ({ flows, name }) => flows.includes(flow) && (person || who === 'machine' || who === name),
  );
  if (!client) throw new Error(`There is no app client for ${who}. ${usage}`);
  return person
    ? personToken(url, client, who, asked.length ? asked : [scopes.read, scopes.write])
    : machineToken(url, client, description.secretsFile, asked);
}

async function describe(url: string): Promise<SignInDescription> {
  const response = await fetch(url).catch(() => undefined);
  const description = await response?.json().catch(() => undefined);
  if (description?.secretsFile) return description;
  throw new Error(
    `No sign-in answers at ${url}: run npm start first, or name its ports with --port <base>`,
  );
}

/** Authorization code with PKCE, as a browser does it. */
async function personToken(
  url: string,
  client: Client,
  username: string,
  scope: readonly string[],
): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = client.callbackUrls[0] ?? '';
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: scope.join(' '),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const login = await follow(`${url}/oauth2/authorize?${query}`, url);
  const back = await follow(login, url, {
    method: 'POST',
    body: new URLSearchParams({ username }),
  });
  return exchange(url, {
    grant_type: 'authorization_code',
    client_id: client.id,
    code: URL.parse(back)?.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

async function follow(address: string, base: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(address, { ...init, redirect: 'manual' });
  const location = new URL(response.headers.get('location') ?? '/error', base);
  const error = location.searchParams.get('error');
  if (error) throw new Error(`Sign-in refused the request: ${error}`);
  return location.href;
}

async function machineToken(
  url: string,
  client: Client,
  secretsFile: string,
  scope: readonly string[],
): Promise<string> {
  const { secrets } = JSON.parse(readFileSync(secretsFile, 'utf8'));
  return exchange(url, {
    grant_type: 'client_credentials',
    client_id: client.id,
    client_secret: secrets[client.id],
    ...(scope.length > 0 && { scope: scope.join(' ') }),
  });
}

async function exchange(url: string, form: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(form);
  const answer = await (await fetch(`${url}/oauth2/token`, { method: 'POST', body })).json();
  if (!answer.access_token) {
    throw new Error(`Sign-in refused the request: ${answer.error} (${answer.error_description})`);
  }
  return answer.access_token;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '4000' } },
  });
  const [who, ...asked] = positionals;
  const base = Number(values.port);
  if (!who || !Number.isInteger(base) || base < 1 || base > 65531) throw new Error(usage);
  console.log(await fetchToken(`http://127.0.0.1:${base + 4}`, who, asked));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

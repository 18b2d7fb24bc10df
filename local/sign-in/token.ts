/** `npm run token -- <alice|bob|machine> [scopes…]`: prints an access token, got as any client would get it, and nothing else. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { scopes } from '../../services/contract/scopes.ts';
import { people } from './people.ts';
import type { SignInDescription } from './sign-in.ts';

const names = [...people.map(({ username }) => username), 'machine'];
const usage = `Usage: npm run token -- <${names.join('|')}> [scopes…] [--port <base>]`;

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
  const { clients, secretsFile } = await describe(url, who);
  const isPerson = people.some(({ username }) => username === who);
  const flow = isPerson ? 'code' : 'client_credentials';
  const client = clients.find(
    ({ flows, name }) => flows.includes(flow) && (isPerson || who === 'machine' || who === name),
  );
  if (!client) throw new Error(`There is no app client for ${who}. ${usage}`);
  const grant = isPerson
    ? await personGrant(url, client, who, asked.length ? asked : [scopes.read, scopes.write])
    : machineGrant(client, secretsFile, asked);
  const body = new URLSearchParams({ client_id: client.id, ...grant });
  const answer = await (await fetch(`${url}/oauth2/token`, { method: 'POST', body })).json();
  if (answer.access_token) return answer.access_token;
  throw new Error(`Sign-in refused the request: ${answer.error} (${answer.error_description})`);
}

async function describe(url: string, who: string): Promise<SignInDescription> {
  const response = await fetch(url).catch(() => undefined);
  const description = await response?.json().catch(() => undefined);
  if (description?.secretsFile) return description;
  const known: readonly string[] = names;
  const doubt = known.includes(who)
    ? ''
    : `${who} is none of ${names.join(', ')}: it can only be a machine client's name. `;
  throw new Error(
    `${doubt}No sign-in answers at ${url}: run npm start first, or name its ports with --port <base>`,
  );
}

/** Authorization code with PKCE, from the form of the sign-in page on. */
async function personGrant(
  url: string,
  client: Client,
  username: string,
  scope: readonly string[],
): Promise<Record<string, string>> {
  const code_verifier = randomBytes(32).toString('base64url');
  const [redirect_uri = ''] = client.callbackUrls;
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri,
    scope: scope.join(' '),
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const body = new URLSearchParams({ username });
  const form = await fetch(`${url}/login?${query}`, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(form.headers.get('location') ?? '', url).searchParams;
  const code = back.get('code');
  if (!code) throw new Error(`Sign-in refused the request: ${back.get('error')}`);
  return { grant_type: 'authorization_code', code, redirect_uri, code_verifier };
}

function machineGrant(
  client: Client,
  secretsFile: string,
  scope: readonly string[],
): Record<string, string> {
  const { secrets } = JSON.parse(readFileSync(secretsFile, 'utf8'));
  return {
    grant_type: 'client_credentials',
    client_secret: secrets[client.id],
    ...(scope.length > 0 && { scope: scope.join(' ') }),
  };
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { port: { type: 'string', default: '4000' } },
    });
  } catch (error) {
    // Further sentences are hints, garbled by the parser's own quotes.
    throw new Error((error as Error).message.split(/\. |\n/)[0]);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
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

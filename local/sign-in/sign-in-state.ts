/**
 * What sign-in must remember across a restart: its signing key, the secrets of machine clients, and who holds a refresh
 * token. One private JSON file, replaced as a whole, so a crash never leaves half of it.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** One sign-in of one person with one client. Its refresh token and the tokens made with that belong to it. */
export interface Grant {
  readonly originJti: string;
  readonly eventId: string;
  readonly clientId: string;
  readonly username: string;
  readonly scope: string;
  /** Epoch seconds. */
  readonly authTime: number;
  readonly expiresAt: number;
  revoked?: boolean;
}

export interface SignInState {
  /** Absolute path of the file; tools read a machine client's secret there. */
  readonly file: string;
  readonly key: JWK;
  /** Client id → secret; made on first use. */
  secretOf(clientId: string): string;
  /** The grant that a refresh token belongs to; also one that is revoked. Nothing where the token is unknown or over. */
  findGrant(refreshToken: string, now: number): Grant | undefined;
  grantOf(originJti: string): Grant | undefined;
  /** Makes a refresh token for the grant. */
  addRefreshToken(grant: Grant, now: number): string;
  revoke(grant: Grant): void;
}

interface Contents {
  key: JWK;
  secrets: Record<string, string>;
  /** By their refresh tokens. */
  grants: Record<string, Grant>;
}

/**
 * Opens `<directory>/sign-in.json`, making it where it is missing.
 * @throws an Error of one line where the file is damaged
 */
export async function openSignInState(directory: string): Promise<SignInState> {
  const file = join(directory, 'sign-in.json');
  mkdirSync(directory, { recursive: true });
  const contents = existsSync(file) ? read(file) : await create();
  const save = () => {
    writeFileSync(`${file}.new`, JSON.stringify(contents, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  save();
  return {
    file,
    key: contents.key,
    secretOf(clientId) {
      const known = contents.secrets[clientId];
      if (known) return known;
      const secret = randomBytes(32).toString('base64url');
      contents.secrets[clientId] = secret;
      save();
      return secret;
    },
    findGrant(refreshToken, now) {
      const grant = contents.grants[refreshToken];
      return grant && grant.expiresAt > now ? grant : undefined;
    },
    grantOf: (jti) => Object.values(contents.grants).find(({ originJti }) => originJti === jti),
    addRefreshToken(grant, now) {
      const current = Object.entries(contents.grants).filter(([, held]) => held.expiresAt > now);
      const token = randomBytes(48).toString('base64url');
      contents.grants = { ...Object.fromEntries(current), [token]: grant };
      save();
      return token;
    },
    revoke(grant) {
      grant.revoked = true;
      save();
    },
  };
}

async function create(): Promise<Contents> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = { ...(await exportJWK(privateKey)), kid: randomBytes(16).toString('base64') };
  return { key, secrets: {}, grants: {} };
}

function read(file: string): Contents {
  try {
    const contents = JSON.parse(readFileSync(file, 'utf8'));
    if (contents.key?.kty !== 'RSA') throw new Error('it holds no key');
    return contents;
  } catch (error) {
    throw new Error(
      `${file} is damaged (${(error as Error).message}); delete it, or start with --fresh`,
    );
  }
}

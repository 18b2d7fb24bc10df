/**
 * Signing in by authorization code with PKCE (RFC 7636), which takes the person to the sign-in page and back. What has to
 * survive the way there and back, verifier and state, is of use once and lies in sessionStorage; tokens never do.
 */
import * as oauth from 'oauth4webapi';
import type { SiteConfig } from '../../services/contract/site-config.ts';
import { Problem } from '../api/problem.ts';

export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface SignIn {
  /** Leaves the page. `silently` asks only whether the browser is still signed in there, and shows nothing. */
  start(mode: 'silently' | 'with-a-page'): Promise<void>;
  /**
   * What the way back from the sign-in page brought; undefined where the person does not come from there.
   * @throws Problem
   */
  finish(): Promise<Tokens | 'nobody' | undefined>;
  /** @throws Problem `session-ended` where the refresh token is over or revoked */
  renew(refreshToken: string): Promise<Tokens>;
  /** Leaves the page; every token that came from this refresh token is worth nothing from then on. */
  leave(refreshToken: string | undefined): void;
}

const storageKey = 'manara.sign-in';

export function createSignIn({ signInUrl, clientId, scopes }: SiteConfig): SignIn {
  const home = `${location.origin}/`;
  const client: oauth.Client = { client_id: clientId };
  // `openid` would bring an ID token that nothing here reads.
  const scope = scopes.filter((name) => name !== 'openid').join(' ');
  const server: oauth.AuthorizationServer = {
    issuer: signInUrl,
    token_endpoint: `${signInUrl}/oauth2/token`,
  };
  // Only a laptop's own sign-in is reached without TLS.
  const http = { [oauth.allowInsecureRequests]: new URL(signInUrl).protocol === 'http:' };
  const to = (path: string, query: Record<string, string>) =>
    `${signInUrl}${path}?${new URLSearchParams(query)}`;

  return {
    async start(mode) {
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      sessionStorage.setItem(storageKey, JSON.stringify({ verifier, state }));
      const url = to('/oauth2/authorize', {
        client_id: clientId,
        redirect_uri: home,
        response_type: 'code',
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(mode === 'silently' && { prompt: 'none' }),
      });
      // Going back from the sign-in page leads here; a question that nobody sees leaves no trace.
      if (mode === 'silently') location.replace(url);
      else location.assign(url);
    },

    async finish() {
      const url = new URL(location.href);
      const kept = sessionStorage.getItem(storageKey);
      sessionStorage.removeItem(storageKey);
      if (!url.searchParams.has('state')) return undefined;
      // The code is of no use twice, and belongs into no bookmark.
      history.replaceState(null, '', '/');
      if (!kept) return undefined;
      const { verifier, state } = JSON.parse(kept);
      try {
        const parameters = oauth.validateAuthResponse(server, client, url, state);
        return await tokens(() =>
          oauth.authorizationCodeGrantRequest(
            server,
            client,
            oauth.None(),
            parameters,
            home,
            verifier,
            http,
          ),
        );
      } catch (error) {
        if (error instanceof oauth.AuthorizationResponseError) return 'nobody';
        throw error;
      }
    },

    renew: (refreshToken) =>
      tokens(() =>
        oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, http),
      ),

    leave(refreshToken = '') {
      // Outlives the page, and need not succeed: signing out must also work where this does not.
      const body = new URLSearchParams({ client_id: clientId, token: refreshToken });
      const revocation = { method: 'POST', body, keepalive: true };
      fetch(`${signInUrl}/oauth2/revoke`, revocation).catch(() => undefined);
      location.replace(to('/logout', { client_id: clientId, logout_uri: home }));
    },
  };

  /** Both grants answer alike. */
  async function tokens(request: () => Promise<Response>): Promise<Tokens> {
    const requestedAt = Date.now();
    try {
      const answer = await oauth.processRefreshTokenResponse(server, client, await request());
      return {
        access: answer.access_token,
        refresh: answer.refresh_token,
        expiresAt: requestedAt + (answer.expires_in ?? 300) * 1000,
      };
    } catch (cause) {
      const isRefused = cause instanceof oauth.ResponseBodyError && cause.status < 500;
      throw new Problem(isRefused ? 'session-ended' : 'unreachable', { cause });
    }
  }
}

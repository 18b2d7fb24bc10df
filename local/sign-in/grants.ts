/** The three grants of the token endpoint: what a client shows, and the tokens that it gets for it. */
import { randomUUID } from 'node:crypto';
import { json, type Reply } from '../http/loopback-server.ts';
import { type Authorize, verifierFits } from './authorize.ts';
import { grantedScope, type Issuer } from './issuer.ts';
import { type Caller, OAuthError, required } from './oauth-call.ts';
import type { Client } from './pools.ts';

/** By `grant_type`. They throw OAuthErrors. */
export type Grants = Readonly<Record<string, (caller: Caller) => Promise<Reply>>>;

export function createGrants(issuer: Issuer, redeem: Authorize['redeem']): Grants {
  const { state, tokens } = issuer;
  const seconds = () => Math.floor(issuer.now() / 1000);
  return {
    async authorization_code({ pool, client, form }) {
      if (!client.flows.includes('code')) throw forbiddenFlow('the authorization code flow');
      const code = redeem(required(form, 'code'));
      const redirectUri = required(form, 'redirect_uri');
      if (code?.client.id !== client.id || code.redirectUri !== redirectUri) {
        throw new OAuthError('invalid_grant', 'the code is unknown, used, over, or not for this');
      }
      const { codeChallenge, nonce, scope, username, authTime } = code;
      if (codeChallenge && !verifierFits(codeChallenge, form.get('code_verifier') ?? '')) {
        throw new OAuthError('invalid_grant', 'the code_verifier does not fit the code_challenge');
      }
      const grant = {
        originJti: randomUUID(),
        eventId: randomUUID(),
        clientId: client.id,
        username,
        scope,
        authTime,
        expiresAt: seconds() + client.validity.refresh,
      };
      const refresh_token = state.addRefreshToken(grant, seconds());
      return bearer(client, {
        ...(await tokens.ofPerson(pool, client, grant, nonce)),
        refresh_token,
      });
    },

    async refresh_token({ pool, client, form }) {
      if (!client.flows.includes('code')) throw forbiddenFlow('refreshing tokens');
      const grant = state.findGrant(required(form, 'refresh_token'), seconds());
      if (grant?.clientId !== client.id || grant.revoked) {
        throw new OAuthError('invalid_grant', 'the refresh token is unknown, revoked or over');
      }
      return bearer(client, await tokens.ofPerson(pool, client, grant));
    },

    async client_credentials({ pool, client, form }) {
      if (!client.flows.includes('client_credentials') || !client.hasSecret) {
        throw forbiddenFlow('the client credentials flow');
      }
      const scope = grantedScope(client, form.get('scope'));
      if (scope === undefined) throw new OAuthError('invalid_scope', 'the client lacks a scope');
      return bearer(client, { access_token: await tokens.ofMachine(pool, client, scope) });
    },
  };
}

const bearer = (client: Client, fields: object): Reply =>
  json(200, { ...fields, token_type: 'Bearer', expires_in: client.validity.access });

const forbiddenFlow = (flow: string) =>
  new OAuthError('unauthorized_client', `the template does not allow ${flow} to this client`);

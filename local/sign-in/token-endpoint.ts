/** The endpoints that programs call for tokens (Amazon Cognito, "Token endpoint", "Revoke endpoint"). */
import type { Routes } from '../http/router.ts';
import type { Grants } from './grants.ts';
import type { Issuer } from './issuer.ts';
import { answering, authenticate, OAuthError, readForm, required } from './oauth-call.ts';

export function createTokenEndpoint(issuer: Issuer, grants: Grants): Routes {
  return {
    'POST /oauth2/token': answering(async (call) => {
      const form = await readForm(call);
      const type = required(form, 'grant_type');
      const grant = Object.hasOwn(grants, type) ? grants[type] : undefined;
      if (!grant) throw new OAuthError('unsupported_grant_type', 'the grant_type is not supported');
      return grant(authenticate(issuer, call, form));
    }),

    'POST /oauth2/revoke': answering(async (call) => {
      const form = await readForm(call);
      const { client } = authenticate(issuer, call, form, 401);
      const token = required(form, 'token');
      if (!client.revocable) {
        throw new OAuthError('invalid_request', 'the client has EnableTokenRevocation off');
      }
      if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
        throw new OAuthError('unsupported_token_type', 'only refresh tokens can be revoked');
      }
      const grant = issuer.state.findGrant(token, Math.floor(issuer.now() / 1000));
      if (grant?.clientId === client.id) issuer.state.revoke(grant);
      return { status: 200 };
    }),
  };
}

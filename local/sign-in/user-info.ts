/** Who an access token is for (Amazon Cognito, "UserInfo endpoint"). */
import { json, type Reply } from '../http/loopback-server.ts';
import type { Handler } from '../http/router.ts';
import type { Issuer } from './issuer.ts';
import { people } from './people.ts';
import { attributes, usernameOf } from './tokens.ts';

const refusal =
  'Access token is expired, disabled, or deleted, or the user has globally signed out.';

export const createUserInfo =
  ({ pools, state, tokens }: Issuer): Handler =>
  async ({ headers }) => {
    const token = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!token) return challenge(400, 'invalid_request', 'Bad OAuth2 request at UserInfo Endpoint');
    for (const pool of pools) {
      const verdict = await tokens.verify(pool, token);
      const claims = 'claims' in verdict ? verdict.claims : {};
      const person = people.find((one) => usernameOf(pool, one) === claims['username']);
      const revoked = state.grantOf(String(claims['origin_jti']))?.revoked;
      // An ID token has no scope, so it does not pass either.
      const scope = String(claims['scope']);
      if (!person || revoked || !scope.split(' ').includes('openid')) continue;
      const shown = attributes(person, scope);
      return json(200, {
        sub: person.sub,
        username: usernameOf(pool, person),
        ...shown,
        ...('email_verified' in shown && { email_verified: 'true' }),
      });
    }
    return challenge(401, 'invalid_token', refusal);
  };

const challenge = (status: number, error: string, description: string): Reply =>
  json(
    status,
    { error, error_description: description },
    { 'www-authenticate': `error="${error}", error_description="${description}"` },
  );

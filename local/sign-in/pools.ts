/** The user pools and app clients of the template, as the issuer needs them. Nothing here is known by heart: no scope, no URL. */
import {
  NotEmulatedError,
  type Properties,
  type Resource,
  type Stage,
} from '../template/resource.ts';

export interface Pool {
  readonly id: string;
  readonly arn: string;
  /** People of a pool that signs in by e-mail have their `sub` as user name. */
  readonly usernameIsSub: boolean;
  readonly clients: readonly Client[];
}

export interface Client {
  readonly id: string;
  readonly name: string;
  readonly hasSecret: boolean;
  readonly flows: readonly string[];
  readonly scopes: readonly string[];
  readonly callbackUrls: readonly string[];
  readonly logoutUrls: readonly string[];
  /** How long its tokens live, in seconds. */
  readonly validity: { readonly access: number; readonly id: number; readonly refresh: number };
  readonly revocable: boolean;
}

const flows = ['code', 'client_credentials'];
/** Amazon Cognito, "Scopes, M2M, and resource servers": what every pool has besides its resource servers' scopes. */
const systemScopes = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];
const unitSeconds: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86400,
};

/**
 * Reads every pool with its clients.
 * @param siteOrigins origins of the local site; each callback and logout URL of the template also holds there
 * @throws NotEmulatedError for the implicit flow, for triggers and for rotated refresh tokens, an Error for a scope that no resource server declares
 */
export function readPools(stage: Stage, siteOrigins: readonly string[]): readonly Pool[] {
  return stage.ofType('AWS::Cognito::UserPool').map((pool) => {
    const { UsernameAttributes = [], LambdaConfig } = pool.properties;
    if (Object.keys(LambdaConfig ?? {}).length > 0)
      throw new NotEmulatedError(pool, 'LambdaConfig');
    const ofPool = (type: string) =>
      stage.ofType(type).filter(({ properties }) => properties.UserPoolId === pool.ref);
    const known = new Set([
      ...systemScopes,
      ...ofPool('AWS::Cognito::UserPoolResourceServer').flatMap(({ properties }) =>
        (properties.Scopes ?? []).map(
          (scope: Properties) => `${properties.Identifier}/${scope.ScopeName}`,
        ),
      ),
    ]);
    return {
      id: pool.ref,
      arn: pool.arn ?? pool.ref,
      usernameIsSub: UsernameAttributes.length > 0,
      clients: ofPool('AWS::Cognito::UserPoolClient').map((client) =>
        readClient(client, known, siteOrigins),
      ),
    };
  });
}

function readClient(
  resource: Resource,
  knownScopes: ReadonlySet<string>,
  siteOrigins: readonly string[],
): Client {
  const { properties, ref: id, logicalId } = resource;
  const allowed: string[] = properties.AllowedOAuthFlows ?? [];
  const foreignFlow = allowed.find((flow) => !flows.includes(flow));
  if (foreignFlow) throw new NotEmulatedError(resource, `AllowedOAuthFlows: ${foreignFlow}`);
  const scopes: string[] = properties.AllowedOAuthScopes ?? [];
  const foreignScope = scopes.find((scope) => !knownScopes.has(scope));
  if (foreignScope) {
    throw new Error(
      `${resource.type} ${logicalId}: no resource server of its pool declares the scope ${foreignScope}`,
    );
  }
  if (properties.RefreshTokenRotation?.Feature === 'ENABLED') {
    throw new NotEmulatedError(resource, 'RefreshTokenRotation');
  }
  return {
    id,
    name: properties.ClientName ?? logicalId,
    hasSecret: properties.GenerateSecret === true,
    flows: allowed,
    scopes,
    callbackUrls: withLocalSite(properties.CallbackURLs, siteOrigins),
    logoutUrls: withLocalSite(properties.LogoutURLs, siteOrigins),
    validity: {
      access: seconds(properties, 'AccessToken', 1, 'hours'),
      id: seconds(properties, 'IdToken', 1, 'hours'),
      refresh: seconds(properties, 'RefreshToken', 30, 'days'),
    },
    revocable: properties.EnableTokenRevocation !== false,
  };
}

/** API reference, CreateUserPoolClient: hours for access and ID tokens, days for refresh tokens, unless units are given. */
function seconds(properties: Properties, token: string, fallback: number, unit: string): number {
  const value = properties[`${token}Validity`] || fallback;
  return value * (unitSeconds[properties.TokenValidityUnits?.[token] ?? unit] ?? 1);
}

function withLocalSite(urls: readonly string[] = [], siteOrigins: readonly string[]): string[] {
  const paths = ['', '/', ...urls.flatMap((url) => URL.parse(url)?.pathname ?? [])];
  return [
    ...new Set([...urls, ...siteOrigins.flatMap((origin) => paths.map((path) => origin + path))]),
  ];
}

/** Who callers are: the user pool, its scopes, the site's client (code with PKCE, no secret) and the load-test machines. */

import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { resourceServer, scopes } from '../../services/contract/scopes.ts';
import type { StageSettings } from '../stage-settings.ts';

export interface SignInProps {
  readonly settings: StageSettings;
  /** Where the site is served from: sign-in returns there. */
  readonly siteOrigin: string;
}

const mfaModes = { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED } as const;

const scopeMeanings: Readonly<Record<keyof typeof scopes, string>> = {
  read: 'Read your items',
  write: 'Create, change and delete your items',
  ephemeral: 'What is created expires after a day (load tests)',
};

export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly browserClient: UserPoolClient;
  readonly loadClients: readonly UserPoolClient[];
  /** `https://<prefix>.auth.<region>.amazoncognito.com` */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, siteOrigin }: SignInProps) {
    super(scope, id);
    const { stage, signIn, keepData, loadClients } = settings;
    const plus = signIn.tier === 'plus';
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: `manara-${stage}`,
      signInAliases: { email: true },
      selfSignUpEnabled: true,
      autoVerify: { email: true },
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: mfaModes[signIn.mfa],
      mfaSecondFactor: { otp: true, sms: false },
      featurePlan: plus ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(plus && { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION }),
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const server = this.#resourceServer();
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: signIn.domainPrefix },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.url = `https://${signIn.domainPrefix}.auth.${settings.region}.amazoncognito.com`;
    this.browserClient = this.#browserClient(server, siteOrigin);
    const branding = new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.pool.userPoolId,
      clientId: this.browserClient.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    branding.node.addDependency(domain);
    this.loadClients = Array.from({ length: loadClients }, (_, index) =>
      this.#loadClient(server, `manara-${stage}-load-${index + 1}`, `LoadClient${index + 1}`),
    );
  }

  #resourceServer(): UserPoolResourceServer {
    return this.pool.addResourceServer('Scopes', {
      identifier: resourceServer,
      scopes: (Object.keys(scopes) as (keyof typeof scopes)[]).map(
        (name) =>
          new ResourceServerScope({ scopeName: name, scopeDescription: scopeMeanings[name] }),
      ),
    });
  }

  #browserClient(server: UserPoolResourceServer, siteOrigin: string): UserPoolClient {
    const client = new UserPoolClient(this, 'BrowserClient', {
      userPool: this.pool,
      userPoolClientName: 'site',
      generateSecret: false,
      authFlows: { userSrp: true },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [
          OAuthScope.OPENID,
          OAuthScope.custom(scopes.read),
          OAuthScope.custom(scopes.write),
        ],
        callbackUrls: [`${siteOrigin}/`],
        logoutUrls: [`${siteOrigin}/`],
      },
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    client.node.addDependency(server);
    return client;
  }

  #loadClient(server: UserPoolResourceServer, name: string, id: string): UserPoolClient {
    const client = new UserPoolClient(this, id, {
      userPool: this.pool,
      userPoolClientName: name,
      generateSecret: true,
      // People do not sign in through it: without a list Cognito would allow three ways.
      authFlows: { userSrp: false },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { clientCredentials: true },
        scopes: Object.values(scopes).map((value) => OAuthScope.custom(value)),
      },
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
    });
    client.node.addDependency(server);
    return client;
  }
}

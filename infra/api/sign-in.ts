/** Who callers are: the user pool, its scopes, the site's client (code with PKCE, no secret) and the load-test machines. */
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { resourceServer, scopes } from '../../services/contract/scopes.ts';
import type { StageSettings } from '../stage-settings.ts';

export interface SignInProps {
  readonly settings: StageSettings;
  /** Where the site is served from: sign-in returns there. */
  readonly siteOrigin: string;
}

const mfaModes = {
  off: cognito.Mfa.OFF,
  optional: cognito.Mfa.OPTIONAL,
  required: cognito.Mfa.REQUIRED,
} as const;

const scopeMeanings: Readonly<Record<keyof typeof scopes, string>> = {
  read: 'Read your items',
  write: 'Create, change and delete your items',
  ephemeral: 'What is created expires after a day (load tests)',
};

export class SignIn extends Construct {
  readonly pool: cognito.UserPool;
  readonly browserClient: cognito.UserPoolClient;
  readonly loadClients: readonly cognito.UserPoolClient[];
  /** `https://<prefix>.auth.<region>.amazoncognito.com` */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, siteOrigin }: SignInProps) {
    super(scope, id);
    const { stage, region, signIn, keepData, loadClients } = settings;
    const plus = signIn.tier === 'plus';
    this.pool = new cognito.UserPool(this, 'Pool', {
      userPoolName: `manara-${stage}`,
      signInAliases: { email: true },
      selfSignUpEnabled: true,
      autoVerify: { email: true },
      signInCaseSensitive: false,
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
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
      featurePlan: plus ? cognito.FeaturePlan.PLUS : cognito.FeaturePlan.ESSENTIALS,
      ...(plus && {
        standardThreatProtectionMode: cognito.StandardThreatProtectionMode.FULL_FUNCTION,
      }),
      deletionProtection: keepData,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const server = this.pool.addResourceServer('Scopes', {
      identifier: resourceServer,
      scopes: Object.entries(scopeMeanings).map(
        ([scopeName, scopeDescription]) =>
          new cognito.ResourceServerScope({ scopeName, scopeDescription }),
      ),
    });
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: signIn.domainPrefix },
      managedLoginVersion: cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.url = `https://${signIn.domainPrefix}.auth.${region}.amazoncognito.com`;
    const addClient = (name: string, props: cognito.UserPoolClientOptions) => {
      const client = new cognito.UserPoolClient(this, name, {
        userPool: this.pool,
        supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
        accessTokenValidity: Duration.hours(1),
        enableTokenRevocation: true,
        ...props,
      });
      client.node.addDependency(server);
      return client;
    };
    const { read, write } = scopes;
    this.browserClient = addClient('BrowserClient', {
      userPoolClientName: 'site',
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID, ...[read, write].map(cognito.OAuthScope.custom)],
        callbackUrls: [`${siteOrigin}/`],
        logoutUrls: [`${siteOrigin}/`],
      },
      refreshTokenValidity: Duration.days(1),
      preventUserExistenceErrors: true,
    });
    const branding = new cognito.CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: this.pool.userPoolId,
      clientId: this.browserClient.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    branding.node.addDependency(domain);
    this.loadClients = Array.from({ length: loadClients }, (_, index) =>
      addClient(`LoadClient${index + 1}`, {
        userPoolClientName: `manara-${stage}-load-${index + 1}`,
        generateSecret: true,
        // People do not sign in through it: without a list Cognito would allow three ways.
        authFlows: { userSrp: false },
        oAuth: {
          flows: { clientCredentials: true },
          scopes: Object.values(scopes).map(cognito.OAuthScope.custom),
        },
      }),
    );
  }
}

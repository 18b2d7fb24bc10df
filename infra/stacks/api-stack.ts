/** The API: table, sign-in, functions and gateway, each reaching only what it needs. */
import { join } from 'node:path';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { environment } from '../../services/contract/environment.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { Canary } from '../api/canary.ts';
import { CustomDomain } from '../api/custom-domain.ts';
import { FunctionRole, ItemFunction } from '../api/item-function.ts';
import { ItemsTable } from '../api/items-table.ts';
import { ItemsApi } from '../api/rest-api.ts';
import { SignIn } from '../api/sign-in.ts';
import { pascalCase, tableActions } from '../api/table-actions.ts';
import { Firewall } from '../firewall/firewall.ts';
import type { StageSettings } from '../stage-settings.ts';

export interface ApiStackProps extends StackProps {
  readonly settings: StageSettings;
  /** The folder of the bundles, one sub-folder per function. */
  readonly functions: string;
}

export class ApiStack extends Stack {
  readonly api: ItemsApi;
  readonly customDomain?: CustomDomain;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { settings, functions } = props;
    const roles = forEachFunction(
      (name) => new FunctionRole(this, `${pascalCase(name)}Role`, settings, name),
    );
    const table = new ItemsTable(this, 'Items', { settings, roles });
    const signIn = new SignIn(this, 'SignIn', { settings, siteOrigin: this.#siteOrigin(settings) });
    const allowedOrigin = settings.domain ? `https://${settings.domain.siteName}` : '*';
    const handlers = forEachFunction((name) => {
      const grant = new Policy(this, `${pascalCase(name)}Grant`, {
        roles: [roles[name]],
        statements: [
          new PolicyStatement({ actions: [tableActions[name]], resources: [table.tableArn] }),
        ],
      });
      const handler = new ItemFunction(this, pascalCase(name), {
        settings,
        name,
        code: join(functions, name),
        role: roles[name],
        environment: {
          [environment.tableName]: table.tableName,
          [environment.stage]: settings.stage,
          [environment.allowedOrigin]: allowedOrigin,
        },
      });
      handler.live.node.addDependency(grant);
      return handler;
    });
    this.api = new ItemsApi(this, 'Api', {
      settings,
      userPool: signIn.pool,
      handlers,
      allowedOrigin,
    });
    if (settings.domain) {
      this.customDomain = new CustomDomain(this, 'Domain', this.api, settings.domain);
    }
    if (settings.waf) {
      const { ratePerAddress } = settings.waf;
      const firewall = new Firewall(this, 'Firewall', 'REGIONAL', ratePerAddress, settings);
      new CfnWebACLAssociation(this, 'FirewallAssociation', {
        resourceArn: this.api.deploymentStage.stageArn,
        webAclArn: firewall.arn,
      });
    }
    if (settings.canary) {
      new Canary(this, 'Canary', settings, handlers);
    }
    const outputs = {
      ApiUrl: settings.domain
        ? `https://${settings.domain.apiName}`
        : this.api.url.replace(/\/$/, ''),
      SignInUrl: signIn.url,
      UserPoolId: signIn.pool.userPoolId,
      BrowserClientId: signIn.browserClient.userPoolClientId,
      LoadClientIds: signIn.loadClients.map((client) => client.userPoolClientId).join(','),
    };
    for (const [name, value] of Object.entries(outputs)) {
      if (value !== '') new CfnOutput(this, name, { value });
    }
  }

  /** Without a domain nobody knows CloudFront's name before it exists: the deploy command passes it as a parameter. */
  #siteOrigin({ domain }: StageSettings): string {
    if (domain) {
      return `https://${domain.siteName}`;
    }
    return new CfnParameter(this, 'SiteOrigin', {
      default: 'http://localhost:4000',
      allowedPattern: 'https?://[^/]+',
      description: 'Where the site is served from; sign-in returns there',
    }).valueAsString;
  }
}

function forEachFunction<T>(make: (name: FunctionName) => T): Record<FunctionName, T> {
  const names = Object.keys(routes) as FunctionName[];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<FunctionName, T>;
}

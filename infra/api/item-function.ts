/** One Lambda function with everything that is its own: role, log group, version, and the alias that the gateway calls. */
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { timeouts } from '../../services/contract/timeouts.ts';
import type { StageSettings } from '../stage-settings.ts';

export interface ItemFunctionProps {
  readonly settings: StageSettings;
  readonly name: FunctionName;
  /** The folder that holds the bundle, `index.js` exporting `handler`. */
  readonly code: string;
  readonly role: FunctionRole;
  readonly environment: Readonly<Record<string, string>>;
}

/** What the gateway calls; CodeDeploy moves it from version to version. */
export const liveAlias = 'live';

/**
 * The role of one function and the log group that it may write to. It exists before the table, whose policy names it, and
 * carries what does not concern the table; the one table action comes as a policy of its own.
 */
export class FunctionRole extends Role {
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, settings: StageSettings, name: FunctionName) {
    const { stage, logRetentionDays } = settings;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/manara-${stage}-${name}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${stage}: ${routes[name].summary}`,
      inlinePolicies: {
        logs: allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
        // X-Ray knows no resources for these two (Service Authorization Reference, AWS X-Ray).
        traces: allow(['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], '*'),
      },
    });
    this.logGroup = logGroup;
  }
}

export class ItemFunction extends Construct {
  readonly function: lambda.Function;
  readonly live: lambda.Alias;

  constructor(scope: Construct, id: string, props: ItemFunctionProps) {
    super(scope, id);
    const { settings, name, code, role, environment } = props;
    this.function = new lambda.Function(this, 'Function', {
      functionName: `manara-${settings.stage}-${name}`,
      description: routes[name].summary,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(code),
      memorySize: 512,
      timeout: Duration.seconds(timeouts.functionSeconds),
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      // DEBUG, because the buffered detail of a failed request is written at that level.
      applicationLogLevelV2: lambda.ApplicationLogLevel.DEBUG,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      logGroup: role.logGroup,
      role: role.withoutPolicyUpdates(),
      environment: { ...environment },
      // A version stays when the next one comes, so that the alias can be pointed back at it. One whose release was rolled
      // back goes: Lambda publishes no second version of the same code ("PublishVersion"), so trying again would fail.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE },
    });
    this.live = new lambda.Alias(this, 'Live', {
      aliasName: liveAlias,
      version: this.function.currentVersion,
    });
  }
}

const allow = (actions: string[], resource: string) =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: [resource] })] });

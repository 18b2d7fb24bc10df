/** What API Gateway writes about requests: one JSON line each, and errors of execution. Groups exist before their stage does. */
import { AccessLogFormat, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** The role that the account stack hands to API Gateway; each API adds the right to write its own groups. */
export const gatewayLogRoleName = (region: string) => `manara-gateway-logs-${region}`;

/** What API Gateway does in CloudWatch Logs (its managed policy AmazonAPIGatewayPushToCloudWatchLogs, without the `*`). */
export const gatewayLogActions = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:PutLogEvents',
];

/** Values are text and never escaped; a hyphen stands for what is absent ("Variables for access logging"). */
const fields = {
  requestId: '$context.extendedRequestId',
  apiRequestId: '$context.requestId',
  xrayTraceId: '$context.xrayTraceId',
  stage: '$context.stage',
  routeKey: '$context.httpMethod $context.resourcePath',
  status: '$context.status',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  responseType: '$context.error.responseType',
  integrationError: '$context.integration.error',
  authorizerError: '$context.authorizer.error',
  wafStatus: '$context.waf.status',
  userAgent: '$context.identity.userAgent',
};

export const accessLogFormat = ({ logSourceIps }: StageSettings) =>
  AccessLogFormat.custom(
    JSON.stringify({ ...fields, ...(logSourceIps && { sourceIp: '$context.identity.sourceIp' }) }),
  );

/**
 * The group whose name API Gateway prescribes, made before API Gateway makes it without a retention; and, with the account
 * role of ours, the right to write to both groups.
 */
export class GatewayExecutionLog extends Construct {
  constructor(
    scope: Construct,
    id: string,
    api: RestApi,
    access: LogGroup,
    settings: StageSettings,
  ) {
    super(scope, id);
    const { stage, logRetentionDays, region, gatewayLogRole } = settings;
    const execution = new LogGroup(this, 'Group', {
      logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${stage}`,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (gatewayLogRole) {
      new Policy(this, 'Policy', {
        // All stages of the account write to this role: under one name they would overwrite each other's rights.
        policyName: `manara-${stage}-gateway-logs`,
        roles: [Role.fromRoleName(this, 'Role', gatewayLogRoleName(region))],
        statements: [
          new PolicyStatement({
            actions: gatewayLogActions,
            resources: [access.logGroupArn, execution.logGroupArn],
          }),
        ],
      });
    }
    api.deploymentStage.node.addDependency(this);
  }
}

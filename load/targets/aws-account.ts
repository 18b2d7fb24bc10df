/** The AWS account that a stage is deployed to, through the SDK. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { cloudWatchTelemetry } from '../sides/cloudwatch-telemetry.ts';
import type { Account } from './stage-target.ts';

export function awsAccount(region: string): Account {
  const userPools = new CognitoIdentityProviderClient({ region });
  return {
    async outputs(StackName) {
      try {
        const client = new CloudFormationClient({ region });
        const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
        const pairs = Stacks?.[0]?.Outputs ?? [];
        return Object.fromEntries(
          pairs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
        );
      } catch (error) {
        if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
        throw error;
      }
    },
    async clientSecret(UserPoolId, ClientId) {
      const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
      return (await userPools.send(command)).UserPoolClient?.ClientSecret;
    },
    telemetry: (stage) =>
      cloudWatchTelemetry(stage, {
        metrics: new CloudWatchClient({ region }),
        logs: new CloudWatchLogsClient({ region }),
      }),
  };
}

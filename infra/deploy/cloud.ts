/** What the commands ask of an AWS account besides CDK's own deployments. One implementation speaks to AWS, tests bring theirs. */
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { S3Client } from '@aws-sdk/client-s3';

export type Outputs = Readonly<Record<string, string>>;

export interface DeployedStack {
  /** CloudFormation's: `CREATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Outputs;
}

export interface Cloud {
  /** Undefined where the stack does not exist. */
  stack(name: string, region: string): Promise<DeployedStack | undefined>;
  /** ARN of the role with which API Gateway writes logs in that region, if the account has set one. */
  gatewayLogRole(region: string): Promise<string | undefined>;
  invalidate(distributionId: string, paths: readonly string[]): Promise<void>;
  s3(region: string): S3Client;
}

export const aws: Cloud = {
  async stack(StackName, region) {
    try {
      const client = new CloudFormationClient({ region });
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
      const { StackStatus = '', Outputs = [] } = Stacks?.[0] ?? {};
      return {
        status: StackStatus,
        outputs: Object.fromEntries(Outputs.map((one) => [one.OutputKey, one.OutputValue])),
      };
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) {
        return undefined;
      }
      throw error;
    }
  },
  async gatewayLogRole(region) {
    const account = await new APIGatewayClient({ region }).send(new GetAccountCommand({}));
    return account.cloudwatchRoleArn;
  },
  async invalidate(DistributionId, paths) {
    // CloudFront has one endpoint; the client wants a region all the same, and the user's settings may name none.
    await new CloudFrontClient({ region: 'us-east-1' }).send(
      new CreateInvalidationCommand({
        DistributionId,
        InvalidationBatch: {
          CallerReference: `${Date.now()}`,
          Paths: { Quantity: paths.length, Items: [...paths] },
        },
      }),
    );
  },
  s3: (region) => new S3Client({ region }),
};

/** A stack that breaks rules of every pack. If the gate lets it pass, the gate is broken. */
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type App, CfnResource, Stack } from 'aws-cdk-lib/core';

/** What each pack must find in it. */
export const knownBadRules = [
  'AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/AdministratorAccess]',
  'AwsSolutions-S10',
  'Serverless-LambdaTracing',
  'Manara-ExactGrants',
  'Manara-KnownPrincipals',
  'Manara-PrivateBucket',
  'Manara-ReviewedTypes',
] as const;

export function addKnownBadStack(app: App): void {
  const stack = new Stack(app, 'Manara-known-Bad');
  new Bucket(stack, 'Open');
  const role = new Role(stack, 'Almighty', {
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    managedPolicies: [
      ManagedPolicy.fromManagedPolicyArn(
        stack,
        'Admin',
        'arn:aws:iam::aws:policy/AdministratorAccess',
      ),
    ],
  });
  role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  new CfnFunction(stack, 'Blind', { code: { zipFile: '0' }, role: role.roleArn });
  new CfnResource(stack, 'Raw', { type: 'AWS::EC2::Instance' });
}

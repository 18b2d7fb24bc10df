/**
 * The condition keys that the runtime can answer for as AWS would; a policy with any other does not load.
 * Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Amazon DynamoDB".
 */

/** Every request has these. */
const present = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:CurrentTime',
  'aws:EpochTime',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:SecureTransport',
  'aws:PrincipalIsAWSService',
  'aws:ViaAWSService',
];

/** A function outside a VPC, under its role, never has these. */
const absent = [
  'aws:username',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:VpcSourceIp',
  'aws:PrincipalServiceName',
  'aws:SourceArn',
  'aws:SourceAccount',
];

/** Taken from the request, where it has them. */
const dynamoDb = [
  'dynamodb:EnclosingOperation',
  'dynamodb:ReturnConsumedCapacity',
  'dynamodb:ReturnValues',
  'dynamodb:Select',
];

export const conditionKeys = [...present, ...absent, ...dynamoDb] as const;

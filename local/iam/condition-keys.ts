/**
 * The condition keys that the runtime can answer for as AWS would; a policy with any other does not load.
 * Source: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Amazon DynamoDB".
 */

/** Every request has these, and what {@link evaluate} takes from the principal. */
export const everyRequest = (region: string, account: string, now: number) => ({
  'aws:CurrentTime': new Date(now).toISOString(),
  'aws:EpochTime': String(Math.floor(now / 1000)),
  'aws:RequestedRegion': region,
  'aws:ResourceAccount': account,
  // Deployed, the same call goes over TLS.
  'aws:SecureTransport': 'true',
  'aws:PrincipalIsAWSService': 'false',
  'aws:ViaAWSService': 'false',
});

const ofPrincipal = ['aws:PrincipalArn', 'aws:PrincipalAccount', 'aws:PrincipalType'];

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

export const conditionKeys: readonly string[] = [
  ...Object.keys(everyRequest('', '', 0)),
  ...ofPrincipal,
  ...absent,
  ...dynamoDb,
];

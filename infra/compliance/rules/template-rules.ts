/** What a template may hold at all. */
import type { StrictRule } from '../strict-rule.ts';

/** By service; a type that is not here has not been reviewed, however it got in. */
const reviewedTypes: Readonly<Record<string, readonly string[]>> = {
  ApiGateway: [
    'Account',
    'Authorizer',
    'BasePathMapping',
    'Deployment',
    'DomainName',
    'GatewayResponse',
    'Method',
    'Model',
    'RequestValidator',
    'Resource',
    'RestApi',
    'Stage',
  ],
  Budgets: ['Budget'],
  CertificateManager: ['Certificate'],
  CloudFront: ['Distribution', 'Function', 'OriginAccessControl', 'ResponseHeadersPolicy'],
  CloudWatch: ['Alarm', 'CompositeAlarm', 'Dashboard'],
  CodeDeploy: ['Application', 'DeploymentGroup'],
  Cognito: [
    'ManagedLoginBranding',
    'UserPool',
    'UserPoolClient',
    'UserPoolDomain',
    'UserPoolResourceServer',
  ],
  DynamoDB: ['Table'],
  IAM: ['Policy', 'Role'],
  KMS: ['Key'],
  Lambda: ['Alias', 'Function', 'Permission', 'Version'],
  Logs: ['LogGroup', 'MetricFilter', 'QueryDefinition', 'ResourcePolicy'],
  Route53: ['HealthCheck', 'RecordSet'],
  S3: ['Bucket', 'BucketPolicy'],
  SNS: ['Topic', 'TopicPolicy'],
  WAFv2: ['LoggingConfiguration', 'WebACL', 'WebACLAssociation'],
  XRay: ['SamplingRule'],
};

const secret = /(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|"ClientSecret"/;

export const templateRules: readonly StrictRule[] = [
  {
    id: 'ReviewedTypes',
    demand: 'A template holds only resource types that the rules have been reviewed for.',
    *check(template) {
      for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
        const [, service = '', name = ''] = Type.split('::');
        if (!reviewedTypes[service]?.includes(name)) {
          yield [logicalId, Type];
        }
      }
    },
  },
  {
    id: 'NoSecrets',
    demand: 'No secret is in a template, nor is one read into it.',
    *check(template) {
      for (const [logicalId, resource] of Object.entries(template.Resources)) {
        if (secret.test(JSON.stringify(resource.Properties ?? {}))) {
          yield [logicalId, 'holds or reads a secret'];
        }
      }
    },
  },
];

/** What a template may hold at all, and how each of it keeps data, speaks TLS and is logged. */
import { tableActions, unusedTableActions } from '../../api/table-actions.ts';
import { type Json, ofType, type Template } from '../../templates.ts';
import { list, type Statement } from '../policy-statements.ts';
import { held, type StrictRule } from '../strict-rule.ts';

/** By service of AWS; a type that is not here has not been reviewed, however it got in. */
const reviewedTypes = Object.entries({
  ApiGateway:
    'Account Authorizer BasePathMapping Deployment DomainName GatewayResponse Method Model RequestValidator Resource RestApi Stage',
  Budgets: 'Budget',
  CertificateManager: 'Certificate',
  CloudFront: 'Distribution Function OriginAccessControl ResponseHeadersPolicy',
  CloudWatch: 'Alarm CompositeAlarm Dashboard',
  CodeDeploy: 'Application DeploymentGroup',
  Cognito: 'ManagedLoginBranding UserPool UserPoolClient UserPoolDomain UserPoolResourceServer',
  DynamoDB: 'Table',
  IAM: 'Policy Role',
  KMS: 'Key',
  Lambda: 'Alias Function Permission Version',
  Logs: 'LogGroup MetricFilter QueryDefinition ResourcePolicy',
  Route53: 'HealthCheck RecordSet',
  S3: 'Bucket BucketPolicy',
  SNS: 'Topic TopicPolicy',
  WAFv2: 'LoggingConfiguration WebACL WebACLAssociation',
  XRay: 'SamplingRule',
}).flatMap(([service, names]) => names.split(' ').map((name) => `AWS::${service}::${name}`));

const secret = /(AKIA|ASIA)[A-Z0-9]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|"ClientSecret"/;

const dataActions = [...Object.values(tableActions), ...unusedTableActions];

/** By type, the property that refuses deletion, and its value; the others have none. */
const keptTypes: Readonly<Record<string, readonly [string?, unknown?]>> = {
  'DynamoDB::Table': ['DeletionProtectionEnabled', true],
  'Cognito::UserPool': ['DeletionProtection', 'ACTIVE'],
  'S3::Bucket': [],
  'KMS::Key': [],
};

const publicAccess = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];

/** No condition at all, or none but "unless the caller is one of these exact roles". */
function isExemption(conditions: Json = {}): boolean {
  const { ArnNotEquals = {}, ...others } = conditions;
  const { 'aws:PrincipalArn': roles, ...otherKeys } = ArnNotEquals;
  const isWider = Object.keys(others).length + Object.keys(otherKeys).length > 0;
  return !isWider && (conditions.ArnNotEquals === undefined || isExact(roles));
}

const isExact = (roles: unknown) => roles !== undefined && !/[*?]/.test(JSON.stringify(roles));

const deniesEverybody = ({ effect, principals }: Statement) =>
  effect === 'Deny' && principals.includes('AWS:*');

/** Logical ids of the policies of a type that name the resource in a property. */
export const policiesOn = (template: Template, type: string, property: string, logicalId: string) =>
  ofType(template, type).flatMap(([id, { Properties }]) =>
    list(Properties[property]).some(({ Ref }) => Ref === logicalId) ? [id] : [],
  );

export const resourceRules: readonly StrictRule[] = [
  {
    id: 'ReviewedTypes',
    demand: 'A template holds only resource types that the rules have been reviewed for.',
    finds: ({ resource: { Type } }) => [!reviewedTypes.includes(Type) && Type],
  },
  {
    id: 'NoSecrets',
    demand: 'No secret is in a template, nor is one read into it.',
    finds: ({ properties }) => [
      secret.test(JSON.stringify(properties)) && 'holds or reads a secret',
    ],
  },
  {
    id: 'PointInTimeRecovery',
    demand: 'Every table can be restored to any second of the last 35 days.',
    of: ['DynamoDB::Table'],
    finds: ({ properties: { PointInTimeRecoverySpecification: recovery } }) => [
      recovery?.PointInTimeRecoveryEnabled !== true && 'PointInTimeRecoveryEnabled is not true',
    ],
  },
  {
    id: 'GuardedTable',
    demand: 'Every table denies each data-plane action to all but the roles named for it.',
    of: ['DynamoDB::Table'],
    finds(subject) {
      const denials = held(subject).filter(
        (one) => deniesEverybody(one) && one.resources.includes('*') && isExemption(one.conditions),
      );
      const denied = denials.flatMap(({ actions }) => actions);
      return dataActions.map(
        (action) => !denied.includes(action) && `${action} is not denied to strangers`,
      );
    },
  },
  {
    id: 'KeptData',
    demand: 'Where the stage keeps its data, data outlives the stack and refuses deletion.',
    of: Object.keys(keptTypes),
    finds({ resource, properties, settings: { keepData } }) {
      const [property, value] = keptTypes[resource.Type.replace('AWS::', '')] ?? [];
      const policies = ['DeletionPolicy', 'UpdateReplacePolicy'] as const;
      if (!keepData) return [];
      return [
        property && properties[property] !== value && `${property} is not ${value}`,
        ...policies.map((name) => !/^Retain/.test(resource[name] ?? '') && `${name} is not Retain`),
      ];
    },
  },
  {
    id: 'PrivateBucket',
    demand: 'Every bucket blocks public access in all four ways.',
    of: ['S3::Bucket'],
    finds: ({ properties: { PublicAccessBlockConfiguration: blocks } }) =>
      publicAccess.map((setting) => blocks?.[setting] !== true && `${setting} is not true`),
  },
  {
    id: 'TlsOnly',
    demand: 'Buckets and topics refuse plain HTTP.',
    of: ['S3::Bucket', 'SNS::Topic'],
    finds({ logicalId, template, statements }) {
      const policies = [
        ...policiesOn(template, 'AWS::S3::BucketPolicy', 'Bucket', logicalId),
        ...policiesOn(template, 'AWS::SNS::TopicPolicy', 'Topics', logicalId),
      ];
      const refuses = statements.some(
        (one) =>
          policies.includes(one.logicalId) &&
          deniesEverybody(one) &&
          one.conditions?.Bool?.['aws:SecureTransport'] === 'false',
      );
      return [!refuses && 'no denial of aws:SecureTransport = false'];
    },
  },
  {
    id: 'ObservedFunction',
    demand: 'A function is traced and logs JSON to a group of this template, DEBUG when it must.',
    of: ['Lambda::Function'],
    finds: ({ properties: { LoggingConfig: logging, TracingConfig: tracing }, template }) => [
      template.Resources[logging?.LogGroup?.Ref]?.Type !== 'AWS::Logs::LogGroup' &&
        'LoggingConfig.LogGroup is no group of this template',
      (logging?.LogFormat !== 'JSON' || logging.ApplicationLogLevel !== 'DEBUG') &&
        'LoggingConfig is not JSON at DEBUG: details of failures are dropped',
      tracing?.Mode !== 'Active' && 'TracingConfig.Mode is not Active',
    ],
  },
  {
    id: 'LogRetention',
    demand:
      "Every log group keeps its events for the stage's time; the account's welcome group for a month.",
    of: ['Logs::LogGroup'],
    finds({ properties: { LogGroupName, RetentionInDays }, settings: { logRetentionDays } }) {
      const days = LogGroupName === '/aws/apigateway/welcome' ? 30 : logRetentionDays;
      return [RetentionInDays !== days && `RetentionInDays is ${RetentionInDays ?? 'missing'}`];
    },
  },
];

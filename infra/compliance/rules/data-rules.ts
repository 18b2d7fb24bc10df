/** Where data lives: the table, the user pool, the buckets. */

import { tableActions, unusedTableActions } from '../../api/table-actions.ts';
import { ofType } from '../../templates.ts';
import { list, statementsOf } from '../policy-statements.ts';
import type { StrictRule } from '../strict-rule.ts';

const dataActions = [...Object.values(tableActions), ...unusedTableActions];

const publicAccess = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];

export const dataRules: readonly StrictRule[] = [
  {
    id: 'PointInTimeRecovery',
    demand: 'Every table can be restored to any second of the last 35 days.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::DynamoDB::Table')) {
        if (Properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled !== true) {
          yield [logicalId, 'PointInTimeRecoveryEnabled is not true'];
        }
      }
      for (const [logicalId] of ofType(template, 'AWS::DynamoDB::GlobalTable')) {
        yield [logicalId, 'global tables are not reviewed'];
      }
    },
  },
  {
    id: 'GuardedTable',
    demand: 'Every table denies each data-plane action to all but the roles named for it.',
    *check(template) {
      for (const [logicalId] of ofType(template, 'AWS::DynamoDB::Table')) {
        const denials = statementsOf(template).filter(
          (statement) => statement.logicalId === logicalId && statement.effect === 'Deny',
        );
        for (const action of dataActions) {
          const guard = denials.find(
            ({ actions, principals, resources }) =>
              actions.includes(action) && principals.includes('AWS:*') && resources.includes('*'),
          );
          if (!guard || !isExemption(guard.conditions)) {
            yield [logicalId, `${action} is not denied to strangers`];
          }
        }
      }
    },
  },
  {
    id: 'KeptData',
    demand: 'Where the stage keeps its data, data outlives the stack and refuses deletion.',
    *check(template, { keepData }) {
      if (!keepData) {
        return;
      }
      const protection: Readonly<Record<string, [string, unknown]>> = {
        'AWS::DynamoDB::Table': ['DeletionProtectionEnabled', true],
        'AWS::Cognito::UserPool': ['DeletionProtection', 'ACTIVE'],
      };
      for (const type of [...Object.keys(protection), 'AWS::S3::Bucket', 'AWS::KMS::Key']) {
        for (const [logicalId, resource] of ofType(template, type)) {
          const [property, value] = protection[type] ?? [];
          if (property && resource.Properties[property] !== value) {
            yield [logicalId, `${property} is not ${value}`];
          }
          for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
            if (!/^Retain/.test(resource[policy] ?? '')) {
              yield [logicalId, `${policy} is not Retain`];
            }
          }
        }
      }
    },
  },
  {
    id: 'PrivateBucket',
    demand: 'Every bucket blocks public access in all four ways.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::S3::Bucket')) {
        for (const setting of publicAccess) {
          if (Properties.PublicAccessBlockConfiguration?.[setting] !== true) {
            yield [logicalId, `${setting} is not true`];
          }
        }
      }
    },
  },
  {
    id: 'TlsOnly',
    demand: 'Buckets and topics refuse plain HTTP.',
    *check(template) {
      const guards = [
        ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'Bucket'],
        ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
      ] as const;
      for (const [type, policyType, target] of guards) {
        const policies = ofType(template, policyType);
        for (const [logicalId] of ofType(template, type)) {
          const refuses = statementsOf(template).some(
            (statement) =>
              statement.effect === 'Deny' &&
              statement.principals.includes('AWS:*') &&
              statement.conditions?.Bool?.['aws:SecureTransport'] === 'false' &&
              policies.some(
                ([id, { Properties }]) =>
                  id === statement.logicalId &&
                  list(Properties[target]).some((reference) => reference.Ref === logicalId),
              ),
          );
          if (!refuses) {
            yield [logicalId, 'no denial of aws:SecureTransport = false'];
          }
        }
      }
    },
  },
];

/** No condition at all, or none but "unless the caller is one of these exact roles". */
function isExemption(conditions: unknown): boolean {
  if (conditions === undefined) {
    return true;
  }
  const { ArnNotEquals, ...others } = conditions as Record<string, Record<string, unknown>>;
  const { 'aws:PrincipalArn': roles, ...otherKeys } = ArnNotEquals ?? {};
  return (
    roles !== undefined &&
    Object.keys(others).length + Object.keys(otherKeys).length === 0 &&
    !/[*?]/.test(JSON.stringify(roles))
  );
}

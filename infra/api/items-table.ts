/**
 * The table, and who may touch its items. The policy denies each data-plane action to everyone but the role that needs
 * it, whatever IAM grants elsewhere; the control plane stays with administrators.
 */
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import type { StageSettings } from '../stage-settings.ts';
import { pascalCase, tableActions, unusedTableActions } from './table-actions.ts';

export interface ItemsTableProps {
  readonly settings: StageSettings;
  readonly roles: Readonly<Record<FunctionName, IRole>>;
}

export class ItemsTable extends Table {
  constructor(scope: Construct, id: string, { settings, roles }: ItemsTableProps) {
    super(scope, id, {
      tableName: `manara-${settings.stage}-items`,
      partitionKey: { name: 'owner', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.keepData,
      removalPolicy: settings.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      resourcePolicy: dataPlanePolicy(Stack.of(scope), settings, roles),
    });
  }
}

function dataPlanePolicy(
  { partition, account }: Stack,
  { breakGlassRole }: StageSettings,
  roles: ItemsTableProps['roles'],
): PolicyDocument {
  const breakGlass = breakGlassRole
    ? [`arn:${partition}:iam::${account}:role/${breakGlassRole}`]
    : [];
  const names = Object.keys(routes) as FunctionName[];
  return new PolicyDocument({
    statements: [
      ...names.map((name) =>
        denyUnless([roles[name].roleArn, ...breakGlass], [tableActions[name]], name),
      ),
      denyUnless(breakGlass, unusedTableActions, 'unused'),
    ],
  });
}

/** The resource is `*` because a table's policy cannot name its own table; it applies to nothing else. */
const denyUnless = (arns: readonly string[], actions: readonly string[], reason: string) =>
  new PolicyStatement({
    sid: `Deny${pascalCase(reason)}`,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources: ['*'],
    ...(arns.length > 0 && { conditions: { ArnNotEquals: { 'aws:PrincipalArn': arns } } }),
  });

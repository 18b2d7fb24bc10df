/** Tells before the month's money is spent. Costs are found by the tag that every resource of the stage carries. */
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stage-settings.ts';

/** Eight tenths spent, or all of it in sight. */
const warnings = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

export class CostBudget extends CfnBudget {
  constructor(
    scope: Construct,
    id: string,
    { stage, monthlyBudget }: StageSettings,
    topic: ITopic,
  ) {
    super(scope, id, {
      budget: {
        budgetName: `manara-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudget, unit: 'USD' },
        // The tag must be activated once for cost allocation in the billing console.
        costFilters: { TagKeyValue: [`user:stage$${stage}`] },
      },
      notificationsWithSubscribers: warnings.map((warning) => ({
        notification: {
          ...warning,
          comparisonOperator: 'GREATER_THAN',
          thresholdType: 'PERCENTAGE',
        },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
  }
}

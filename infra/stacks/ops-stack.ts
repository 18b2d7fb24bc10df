/** What on-call has: alarms, boards, saved queries, sampling, a budget. Nothing that serves a request depends on it. */
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { api } from '../../dashboards/api.ts';
import { business } from '../../dashboards/business.ts';
import { functions } from '../../dashboards/functions.ts';
import { overview } from '../../dashboards/overview.ts';
import { table } from '../../dashboards/table.ts';
import { type logSources, readRunbooks } from '../../runbooks/front-matter.ts';
import { metricNamespace } from '../../services/contract/metrics.ts';
import { type StageNames, stageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { AlarmSet } from '../alarms/alarm-set.ts';
import { burnAlarms } from '../alarms/burn-alarms.ts';
import { certificateExpiry } from '../alarms/edge-alarms.ts';
import { serviceAlarms } from '../alarms/service-alarms.ts';
import { telemetryAlarms } from '../alarms/telemetry-alarms.ts';
import type { AlertTopics } from '../notify/alert-topics.ts';
import type { StageSettings } from '../stage-settings.ts';
import { StageBoard } from './stage-board.ts';

const boards = { overview, api, functions, table, business };

/** Eight tenths of the budget spent, or all of it in sight. */
const budgetWarnings = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

type LogGroups = Readonly<Record<(typeof logSources)[number], readonly logs.ILogGroup[]>>;

export interface OpsStackProps extends StackProps {
  readonly settings: StageSettings;
  readonly topics: AlertTopics;
  /** The API's id: API Gateway names the execution log after it. */
  readonly apiId: string;
  /** Where the API has a name of its own. */
  readonly certificateArn?: string | undefined;
}

export class OpsStack extends Stack {
  constructor(scope: Construct, id: string, props: OpsStackProps) {
    super(scope, id, props);
    const { settings, topics, apiId, certificateArn } = props;
    const names = stageNames(settings.stage);
    const executionLog = `API-Gateway-Execution-Logs_${apiId}/${settings.stage}`;
    const logGroup = (child: string, name: string) =>
      logs.LogGroup.fromLogGroupName(this, child, name);
    const accessLog = logGroup('access-log', names.accessLog);

    const alarms = new AlarmSet(this, 'Alarms', settings, topics);
    alarms.addBurns(burnAlarms(names));
    alarms.add([
      ...serviceAlarms(settings, names),
      ...telemetryAlarms(settings, names, executionLog),
      ...(certificateArn && settings.domain
        ? [certificateExpiry('api', certificateArn, settings.domain.apiName)]
        : []),
    ]);
    for (const [name, board] of Object.entries(boards)) {
      new StageBoard(this, name, board, alarms, settings);
    }
    this.#countThrottled(accessLog);
    this.#saveQueries(names.prefix, {
      functions: (Object.keys(routes) as FunctionName[]).map((name) =>
        logGroup(`${name}-log`, names.functionLog(name)),
      ),
      access: [accessLog],
      execution: [logGroup('execution-log', executionLog)],
    });
    this.#sampleTraces(names);
    this.#watchCosts(settings, topics.ticket);
  }

  /**
   * Counts the 429s in the access log: API Gateway has no metric of its own for them. A lower bound, since a flood may be
   * turned away before it is logged ("Set up logging for REST APIs").
   */
  #countThrottled(logGroup: logs.ILogGroup): void {
    new logs.MetricFilter(this, 'Throttled', {
      logGroup,
      filterPattern: logs.FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace,
      metricName: 'Throttled',
      metricValue: '1',
      unit: Unit.COUNT,
      // The stage that the line names: several stages may share an account.
      dimensions: { stage: '$.stage' },
    });
  }

  /** The runbooks' queries, saved in Logs Insights under the runbook's name: what was tested is what on-call runs. */
  #saveQueries(prefix: string, groups: LogGroups): void {
    const scope = new Construct(this, 'Queries');
    for (const { alarm, queries } of readRunbooks()) {
      for (const { id, logGroups, query } of queries) {
        new logs.QueryDefinition(scope, `${alarm}--${id}`, {
          queryDefinitionName: `${prefix}/${alarm}/${id}`,
          queryString: new SavedQuery(query),
          logGroups: logGroups.flatMap((source) => groups[source]),
        });
      }
    }
  }

  /** How many requests are traced: one a second whatever happens, and a fixed share of the rest, so that cost stays bounded. */
  #sampleTraces({ prefix, api, stage }: StageNames): void {
    new CfnSamplingRule(this, 'Sampling', {
      samplingRule: {
        ruleName: prefix,
        version: 1,
        priority: 1000,
        reservoirSize: 1,
        fixedRate: 0.05,
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
        // "<api name>/<stage>": X-Ray, "Configure sampling rules".
        serviceName: `${api}/${stage}`,
        serviceType: 'AWS::ApiGateway::Stage',
      },
    });
  }

  /** Tells before the month's money is spent. Costs are found by the tag that every resource of the stage carries. */
  #watchCosts({ stage, monthlyBudget }: StageSettings, topic: ITopic): void {
    const condition = { comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' };
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `manara-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudget, unit: 'USD' },
        // The tag must be activated once for cost allocation in the billing console.
        costFilters: { TagKeyValue: [`user:stage$${stage}`] },
      },
      notificationsWithSubscribers: budgetWarnings.map((warning) => ({
        notification: { ...warning, ...condition },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
  }
}

/** CDK would rather build a query from parts; ours is tested as it stands. */
class SavedQuery extends logs.QueryString {
  readonly #text: string;
  constructor(text: string) {
    super();
    this.#text = text;
  }
  override toString(): string {
    return this.#text.trim();
  }
}

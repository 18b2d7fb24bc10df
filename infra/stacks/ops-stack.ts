/** What on-call has: alarms, boards, saved queries, sampling, a budget. Nothing that serves a request depends on it. */
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { api } from '../../dashboards/api.ts';
import { business } from '../../dashboards/business.ts';
import { functions } from '../../dashboards/functions.ts';
import { overview } from '../../dashboards/overview.ts';
import { table } from '../../dashboards/table.ts';
import { readRunbooks } from '../../runbooks/front-matter.ts';
import { stageNames } from '../../services/contract/names.ts';
import { type FunctionName, routes } from '../../services/contract/routes.ts';
import { AlarmSet } from '../alarms/alarm-set.ts';
import { burnAlarms } from '../alarms/burn-alarms.ts';
import { certificateExpiry } from '../alarms/edge-alarms.ts';
import { serviceAlarms } from '../alarms/service-alarms.ts';
import { telemetryAlarms } from '../alarms/telemetry-alarms.ts';
import type { AlertTopics } from '../notify/alert-topics.ts';
import { CostBudget } from '../operations/cost-budget.ts';
import { SavedQueries } from '../operations/saved-queries.ts';
import { StageBoard } from '../operations/stage-board.ts';
import { ThrottledRequests } from '../operations/throttled-requests.ts';
import { TraceSampling } from '../operations/trace-sampling.ts';
import type { StageSettings } from '../stage-settings.ts';

const boards = { overview, api, functions, table, business };

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
    const logs = {
      functions: (Object.keys(routes) as FunctionName[]).map((name) =>
        this.#logGroup(`${name}-log`, names.functionLog(name)),
      ),
      access: [this.#logGroup('access-log', names.accessLog)],
      execution: [this.#logGroup('execution-log', executionLog)],
    };

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
    for (const accessLog of logs.access) new ThrottledRequests(this, 'Throttled', accessLog);
    new SavedQueries(this, 'Queries', names.prefix, readRunbooks(), logs);
    new TraceSampling(this, 'Sampling', names);
    new CostBudget(this, 'Budget', settings, topics.ticket);
  }

  #logGroup(id: string, name: string): ILogGroup {
    return LogGroup.fromLogGroupName(this, id, name);
  }
}

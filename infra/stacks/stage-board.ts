/** A board of `dashboards/` as a resource. */
import { Dashboard, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Board, BoardAlarms } from '../../dashboards/board.ts';
import { stageNames } from '../../services/contract/names.ts';
import type { StageSettings } from '../stage-settings.ts';

export class StageBoard extends Dashboard {
  constructor(
    scope: Construct,
    name: string,
    board: Board,
    alarms: BoardAlarms,
    { stage, region, runbooksUrl }: StageSettings,
  ) {
    const names = stageNames(stage);
    super(scope, `Board-${name}`, {
      dashboardName: names.board(name),
      defaultInterval: undefined,
      start: '-PT6H',
      // A burn window of an hour stays one however long a time people look at.
      periodOverride: PeriodOverride.INHERIT,
      widgets: board(alarms, { ...names, region, runbooksUrl }),
    });
  }
}

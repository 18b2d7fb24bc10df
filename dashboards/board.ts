/**
 * What a board is made of. A board is a function of the alarms and the names: it draws what the alarms watch, with their
 * thresholds, so a graph can never show something else than what wakes people.
 */
import {
  type Alarm,
  AlarmStatusWidget,
  Color,
  GraphWidget,
  type GraphWidgetProps,
  type HorizontalAnnotation,
  type IAlarm,
  type IMetric,
  type IWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmId } from '../services/contract/alarms.ts';
import type { StageNames } from '../services/contract/names.ts';

export interface BoardAlarms {
  /** The members of a family, without its composite; empty where the stage does not have the alarm. */
  members(id: AlarmId): readonly Alarm[];
  /** What notifies, pages first: for the strip at the top. */
  readonly notifying: readonly IAlarm[];
}

/** Where a board lives and where its links lead. */
export interface BoardPlace {
  readonly region: string;
  /** `https://…/runbooks`, without a slash at the end. */
  readonly runbooksUrl: string;
}

export type BoardNames = StageNames & BoardPlace;

export type Board = (alarms: BoardAlarms, names: BoardNames) => IWidget[][];

export const consoleUrl = (region: string, dashboard: string) =>
  `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard}`;

/** Dashboards are 24 columns wide. */
export const full = 24;
export const half = 12;
export const third = 8;
export const quarter = 6;

export const heading = (markdown: string, height = 1): IWidget =>
  new TextWidget({
    markdown,
    width: full,
    height,
    background: TextWidgetBackground.TRANSPARENT,
  });

export const graph = (
  title: string,
  left: readonly IMetric[],
  props: GraphWidgetProps = {},
): IWidget =>
  new GraphWidget({
    title,
    left: [...left],
    width: half,
    height: 6,
    leftYAxis: { min: 0, showUnits: false },
    ...props,
  });

/** Draws what these alarms watch, and each threshold once. */
export const watched = (
  title: string,
  alarms: readonly Alarm[],
  props: GraphWidgetProps = {},
): IWidget =>
  graph(
    title,
    alarms.map(({ metric }) => metric),
    { leftAnnotations: thresholds(alarms), ...props },
  );

/** For alarms that not every stage has. */
export const watchedIfAny = (
  title: string,
  alarms: readonly Alarm[],
  props?: GraphWidgetProps,
): IWidget[] => (alarms.length > 0 ? [watched(title, alarms, props)] : []);

export const alarmStrip = ({ notifying }: BoardAlarms, height: number): IWidget =>
  new AlarmStatusWidget({
    title: 'Alarms that tell somebody',
    alarms: [...notifying],
    width: full,
    height,
  });

const thresholds = (alarms: readonly Alarm[]): HorizontalAnnotation[] => {
  const byValue = new Map(
    alarms.map((alarm) => {
      const annotation = alarm.toAnnotation();
      return [annotation.value, { ...annotation, color: Color.RED }] as const;
    }),
  );
  return [...byValue.values()];
};

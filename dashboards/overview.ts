/** The first screen at three in the morning: is it broken, for whom, since when, how much budget is left, what to open next. */
import { type IMetric, type IWidget, SingleValueWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type AlarmId, alarms as families } from '../services/contract/alarms.ts';
import { objectives, sloWindowSeconds } from '../services/contract/slo.ts';
import {
  alarmStrip,
  type Board,
  type BoardNames,
  consoleUrl,
  full,
  graph,
  heading,
  quarter,
  watched,
  watchedIfAny,
} from './board.ts';
import { apiMetric, latencies, math, traffic } from './metrics.ts';

const { availability, latency } = objectives;
const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;

export const overview: Board = (alarms, names) => {
  const burn = (title: string, id: AlarmId) => watched(title, alarms.members(id));
  const promise = {
    value: latency.thresholdMs,
    label: `objective: ${percent(latency.target)} below`,
  };
  const noTraffic = alarms.members('api-no-traffic');
  const rows = [
    [heading(links(names), 2)],
    [alarmStrip(alarms, 4)],
    objectivesRow(names),
    [burn('Availability burn', 'api-availability-burn'), burn('Latency burn', 'api-latency-burn')],
    [
      graph('Traffic', traffic(names)),
      graph('Latency', latencies(names), { leftAnnotations: [promise] }),
    ],
    [
      burn('Availability erosion', 'api-availability-erosion'),
      burn('Latency erosion', 'api-latency-erosion'),
    ],
    watchedIfAny('Requests, health check included', noTraffic, { width: full }),
    [heading(runbooks(names), 5)],
  ];
  return rows.filter((row) => row.length > 0);
};

function objectivesRow(names: BoardNames): IWidget[] {
  const period = sloWindowSeconds;
  const bad = apiMetric(names, '5XXError', Stats.SUM, { label: 'failed', period });
  const total = apiMetric(names, '5XXError', Stats.SAMPLE_COUNT, { label: 'all', period });
  const rank = Stats.percentileRank(latency.thresholdMs);
  const fast = apiMetric(names, 'Latency', rank, { label: 'fast', period });
  const value = (title: string, expression: string, metrics: Record<string, IMetric>) =>
    new SingleValueWidget({
      title,
      metrics: [math(expression, metrics, period, '%')],
      width: quarter,
      height: 4,
      fullPrecision: true,
    });
  const allowedBad = `(1 - ${availability.target})`;
  return [
    value(
      `Available, 30 days (objective ${percent(availability.target)})`,
      '100 * (1 - bad / total)',
      { bad, total },
    ),
    value('Availability budget left', `100 * (1 - bad / (total * ${allowedBad}))`, { bad, total }),
    value(
      `Within ${latency.thresholdMs} ms, 30 days (objective ${percent(latency.target)})`,
      '0 + fast',
      { fast },
    ),
    value('Latency budget left', `100 * (1 - (100 - fast) / (100 * (1 - ${latency.target})))`, {
      fast,
    }),
  ];
}

const links = (names: BoardNames): string => {
  const link = (region: string) => (board: string) =>
    `[${board}](${consoleUrl(region, names.board(board))})`;
  const boards = ['api', 'functions', 'table', 'business'].map(link(names.region));
  const all = [...boards, link('us-east-1')('edge'), `[runbooks](${names.runbooksUrl})`];
  return `# ${names.prefix}\n${all.join(' · ')}`;
};

const runbooks = ({ runbooksUrl }: BoardNames): string => {
  const list = (severity: string) =>
    (Object.keys(families) as AlarmId[])
      .filter((id) => families[id].severity === severity)
      .map((id) => `[${id}](${runbooksUrl}/${id}.md)`)
      .join(' · ');
  return `## What to open next\n**Pages** ${list('page')}\n\n**Tickets** ${list('ticket')}`;
};

/** The first screen at three in the morning: is it broken, for whom, since when, how much budget is left, what to open next. */
import {
  AlarmStatusWidget,
  type IWidget,
  MathExpression,
  SingleValueWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { type AlarmId, alarms as families } from '../services/contract/alarms.ts';
import { objectives, sloWindowSeconds } from '../services/contract/slo.ts';
import { apiMetric, latencies, traffic } from './api-metrics.ts';
import {
  type Board,
  type BoardAlarms,
  type BoardNames,
  consoleUrl,
  full,
  graph,
  half,
  heading,
  quarter,
  watched,
} from './board.ts';

const { availability, latency } = objectives;
const window = Duration.seconds(sloWindowSeconds);
const percent = (share: number) => `${Number((share * 100).toPrecision(6))} %`;

export const overview: Board = (alarms, names) => [
  [heading(links(names), 2)],
  [
    new AlarmStatusWidget({
      title: 'Alarms that tell somebody',
      alarms: [...alarms.notifying],
      width: full,
      height: 4,
    }),
  ],
  objectivesRow(names),
  [
    burn('Availability burn', 'api-availability-burn', alarms),
    burn('Latency burn', 'api-latency-burn', alarms),
  ],
  [
    graph('Traffic', traffic(names), { width: half }),
    graph('Latency', latencies(names), {
      width: half,
      leftAnnotations: [
        { value: latency.thresholdMs, label: `objective: ${percent(latency.target)} below` },
      ],
    }),
  ],
  [
    burn('Availability erosion', 'api-availability-erosion', alarms),
    burn('Latency erosion', 'api-latency-erosion', alarms),
  ],
  ...(alarms.members('api-no-traffic').length > 0
    ? [
        [
          watched('Requests, health check included', alarms.members('api-no-traffic'), {
            width: full,
          }),
        ],
      ]
    : []),
  [heading(runbooks(names), 5)],
];

const burn = (title: string, id: AlarmId, alarms: BoardAlarms): IWidget =>
  watched(title, alarms.members(id), { width: half });

function objectivesRow(names: BoardNames): IWidget[] {
  const bad = apiMetric(names, '5XXError', Stats.SUM, { label: 'failed', period: window });
  const total = apiMetric(names, '5XXError', Stats.SAMPLE_COUNT, { label: 'all', period: window });
  const fast = apiMetric(names, 'Latency', Stats.percentileRank(latency.thresholdMs), {
    label: 'fast',
    period: window,
  });
  const value = (title: string, expression: string, usingMetrics: Record<string, typeof bad>) =>
    new SingleValueWidget({
      title,
      metrics: [new MathExpression({ expression, usingMetrics, period: window, label: '%' })],
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

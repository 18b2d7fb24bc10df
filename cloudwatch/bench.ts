/** `npm run bench`: how fast the offline CloudWatch is, each figure beside its goal and at two sizes. */
import { readAlarms } from './alarms/read-alarms.ts';
import { evaluateCoverage } from './coverage/evaluate-coverage.ts';
import { timeInsights } from './insights/bench.ts';
import { timeLint } from './lint/bench.ts';
import { distributionOf } from './metrics/distribution.ts';
import { extractEmf } from './metrics/emf.ts';
import { evaluateScenario } from './scenario/evaluate-scenario.ts';
import type { Expectation, Scenario } from './scenario/scenario.ts';
import { openTemplates } from './template/open-templates.ts';

interface Figure {
  readonly what: string;
  readonly goal: string;
  /** Two sizes; the goal is for the one at `goalAt`. */
  readonly sizes: readonly [number, number];
  readonly unit: string;
  readonly goalAt: 0 | 1;
  readonly isMet: (seconds: number, size: number) => boolean;
  /** Seconds for one run of this size. */
  readonly measure: (size: number) => number;
  /** Shows a size's result in the goal's terms; seconds by default. */
  readonly show?: (seconds: number, size: number) => string;
}

const within = (limit: number) => (seconds: number) => seconds <= limit;
const day = 86_400;

const figures: readonly Figure[] = [
  {
    what: '60 alarms × 5 metrics, minute by minute, both ranges',
    ...{ goal: '1 day ≤ 1 s', sizes: [1, 2], unit: 'days', goalAt: 0, isMet: within(1) },
    measure: evaluateDays,
  },
  {
    what: '60 alarms × 5 metrics, a month',
    ...{ goal: '30 days ≤ 25 s', sizes: [15, 30], unit: 'days', goalAt: 1, isMet: within(25) },
    measure: evaluateDays,
  },
  {
    what: 'all mutants of 80 alarms, 15 scenarios of 6 h',
    ...{
      goal: '80 alarms ≤ 300 s',
      sizes: [40, 80],
      unit: 'alarms',
      goalAt: 1,
      isMet: within(300),
    },
    measure: coverAlarms,
  },
  {
    what: 'EMF documents extracted',
    ...{ goal: '≥ 100,000/s', sizes: [100_000, 200_000], unit: 'documents', goalAt: 1 },
    isMet: (seconds, documents) => documents / seconds >= 100_000,
    measure: (documents) => timed(() => extractDocuments(documents)),
    show: (seconds, documents) => `${Math.round(documents / seconds).toLocaleString('en')}/s`,
  },
  {
    what: 'linting',
    ...{ goal: '500 resources ≤ 1 s', sizes: [500, 1000], unit: 'resources', goalAt: 0 },
    isMet: within(1),
    measure: (resources) => timeLint(resources).milliseconds / 1000,
  },
  {
    what: 'Insights stats pct() by bin()',
    ...{ goal: '200,000 lines ≤ 1.5 s', sizes: [100_000, 200_000], unit: 'lines', goalAt: 1 },
    isMet: within(1.5),
    measure: (lines) => timeInsights(lines).milliseconds / 1000,
  },
];

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return (performance.now() - before) / 1000;
}

/** 60 alarms in three styles: a guarded ratio, the worst of five percentiles over 5 minutes, a sum over the hour. */
function alarmTemplate(count: number) {
  const styles = [
    { stat: 'Sum', period: 60, expression: 'IF(FILL(m1, 0) < 5, 0, (m1 + m2) / (m3 + m4 + m5))' },
    { stat: 'p99', period: 300, expression: 'MAX(METRICS())' },
    { stat: 'Average', period: 3600, expression: 'm1 + m2 + m3 + m4 + m5' },
  ] as const;
  const resources = Array.from({ length: count }, (_, index) => {
    const { stat, period, expression } = styles[index % styles.length]!;
    const metrics = [1, 2, 3, 4, 5].map((number) => ({
      Id: `m${number}`,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: 'Bench', MetricName: `M${index}-${number}` },
        Stat: stat,
        Period: period,
      },
    }));
    const properties = {
      Metrics: [{ Id: 'e', Expression: expression, ReturnData: true }, ...metrics],
      ...{ Threshold: 300, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3 },
      ...{ DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' },
    };
    return [`Alarm${index}`, { Type: 'AWS::CloudWatch::Alarm', Properties: properties }] as const;
  });
  return openTemplates([
    { file: 'bench.json', body: { Resources: Object.fromEntries(resources) } },
  ]);
}

/** A thousand different minutes of traffic, some of them empty. */
const minutes = Array.from({ length: 1000 }, (_, index) =>
  index % 97 === 0
    ? undefined
    : distributionOf(
        Array.from({ length: 8 }, (_, value) => [(index * 31 + value * 53) % 400, 1 + (value % 3)]),
      ),
);

function busyScenario(alarms: number, seconds: number, expect: readonly Expectation[]): Scenario {
  const place = { file: 'bench.yaml', line: 1 };
  const patterns = Array.from({ length: 20 }, (_, pattern) =>
    Array.from({ length: seconds / 60 }, (_, minute) => ({
      datapoint: minutes[(minute * 7 + pattern * 13) % minutes.length],
      repeat: 1,
    })),
  );
  const series = Array.from({ length: alarms * 5 }, (_, index) => ({
    ...place,
    metric: {
      namespace: 'Bench',
      name: `M${Math.floor(index / 5)}-${(index % 5) + 1}`,
      dimensions: {},
    },
    ...{ unit: undefined, every: 60, delay: 0 },
    values: patterns[index % patterns.length]!,
  }));
  const start = Date.parse('2026-01-05T00:00:00Z');
  return { ...place, name: 'bench', start, length: seconds, series, bands: [], expect };
}

function evaluateDays(days: number): number {
  const alarms = readAlarms(alarmTemplate(60));
  const scenario = busyScenario(60, days * day, []);
  return timed(() => {
    const { runs } = evaluateScenario(alarms, scenario);
    if (runs[0]!.outcomes.size !== 60) throw new Error('not every alarm was evaluated');
  });
}

function coverAlarms(count: number): number {
  const alarms = readAlarms(alarmTemplate(count));
  const expect = [...alarms.values()].map(
    ({ name }): Expectation => ({
      ...{ file: 'bench.yaml', line: 1, alarm: name },
      ...{ type: 'notifies', topic: 'none', times: undefined, between: undefined, on: 'ALARM' },
    }),
  );
  const scenarios = Array.from({ length: 15 }, () => busyScenario(count, day / 4, expect));
  return timed(() => {
    const { alarms: covered } = evaluateCoverage(alarms, scenarios);
    if (covered.length !== count) throw new Error('not every alarm was covered');
  });
}

function extractDocuments(count: number): void {
  let samples = 0;
  for (let index = 0; index < count; index++) {
    const result = extractEmf(emfLine);
    if (result && 'samples' in result) samples += result.samples.length;
  }
  if (samples !== count) throw new Error('not every document was extracted');
}

const emfLine = JSON.stringify({
  ...{ level: 'INFO', message: 'request', service: 'items', stage: 'prod', status: 200 },
  ...{ route: 'GET /items/{id}', durationMs: 12, requestId: 'x'.repeat(36), Handled: 1 },
  ...{ traceId: '1-67a0c7f1-4ad1f2c9b3e8d7a6f5e4d3c2', caller: 'b7f3c1d2e4', coldStart: false },
  _aws: {
    Timestamp: 1_767_571_200_000,
    CloudWatchMetrics: [
      {
        Namespace: 'Manara',
        Dimensions: [['service', 'stage']],
        Metrics: [{ Name: 'Handled', Unit: 'Count' }],
      },
    ],
  },
});

const seconds = (value: number) => `${value.toFixed(value < 0.1 ? 3 : 2)} s`;

for (const { what, goal, sizes, unit, goalAt, isMet, measure, show = seconds } of figures) {
  measure(sizes[0]);
  const results = sizes.map(measure);
  const met = isMet(results[goalAt]!, sizes[goalAt]);
  const texts = sizes.map(
    (size, index) => `${size.toLocaleString('en')} ${unit} ${show(results[index]!, size)}`,
  );
  const growth = (results[1]! / results[0]!).toFixed(1);
  console.log(
    `${met ? '✓' : '✗'} ${what}: ${texts.join(', ')} (×${growth} for ×${sizes[1] / sizes[0]}); goal ${goal}`,
  );
  if (!met) process.exitCode = 1;
}

/** Does the evaluation do what it seems to: with missing data, with few samples, with math over what is fetched? */
import { NotModelledError, readMetricMath } from '../../math/metric-math.ts';
import { parseStatistic, StatisticError } from '../../metrics/statistics.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { verdictOf } from '../metric-range.ts';
import { forEachAlarm, type LintContext, type Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

/** The expressions as metric math; undefined where they are none or broken. */
function mathOf(alarm: Subject) {
  const { expressions, metrics, resultId } = alarm;
  if (!expressions.size || resultId === undefined) return undefined;
  try {
    return readMetricMath(
      metrics.map(({ id }) => id),
      expressions,
      resultId,
    );
  } catch (error) {
    if (error instanceof SourceError || error instanceof NotModelledError) return undefined;
    throw error;
  }
}

const isBelow = (alarm: Subject) => String(alarm.get('ComparisonOperator')).startsWith('LessThan');

/** Entries of the one metric that an alarm without math reads. */
function entriesOf(alarm: Subject, { catalogue }: LintContext) {
  const [use] = alarm.metrics;
  const verdict = use && alarm.expressions.size === 0 ? verdictOf(catalogue, use) : undefined;
  return verdict && 'entries' in verdict && verdict.kind !== 'dead-dimensions'
    ? verdict.entries
    : [];
}

export const evaluationRules: readonly Rule[] = [
  {
    id: 'missing-data-unset',
    level: 'warning',
    what: 'an alarm that leaves TreatMissingData to the default',
    why: 'what happens without data should be decided, not inherited',
    source:
      'CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"; API reference, PutMetricAlarm',
    find: forEachAlarm(function* (alarm) {
      if (!alarm.lacks('TreatMissingData')) return;
      const isDynamoDb = alarm.metrics.some(({ namespace }) => namespace === 'AWS/DynamoDB');
      yield isDynamoDb
        ? {
            message:
              'alarms on AWS/DynamoDB ignore missing data by default: a state, once reached, stays for good',
            fix: 'set TreatMissingData, mostly to notBreaching',
          }
        : {
            level: 'info',
            message:
              'TreatMissingData is not set: without data the alarm goes to INSUFFICIENT_DATA',
            fix: 'set TreatMissingData to what silence means here',
          };
    }),
  },
  {
    id: 'silence-unnoticed',
    level: 'warning',
    what: 'an alarm on too little traffic that takes no traffic for healthy',
    why: 'the metric is not published at all when nothing happens, so the worst case never fires',
    source:
      'CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"; the page of each service',
    find: forEachAlarm(function* (alarm, context) {
      const statistic = alarm.metrics[0]?.statistic;
      const counts = statistic === 'Sum' || statistic === 'SampleCount';
      const goesSilent = entriesOf(alarm, context).some(
        ({ idle, onlyWhen }) => idle === 'silent' && !onlyWhen,
      );
      const missing = alarm.get('TreatMissingData');
      if (
        !isBelow(alarm) ||
        !counts ||
        !goesSilent ||
        missing === 'breaching' ||
        alarm.unresolved.size
      )
        return;
      yield {
        message: `without traffic there is no datapoint, and missing data is ${missing ?? 'missing'}: the alarm sees little traffic, but not none`,
        fix: 'set TreatMissingData to breaching',
      };
    }),
  },
  {
    id: 'silence-breaches',
    level: 'warning',
    what: 'an alarm on events that takes their absence for a breach',
    why: 'the metric exists only while something goes wrong, so the alarm is on while all is well',
    source:
      'CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"; the page of each service',
    find: forEachAlarm(function* (alarm, context) {
      const [event] = entriesOf(alarm, context).filter(
        ({ idle, onlyWhen }) => idle === 'silent' && onlyWhen,
      );
      if (!event || isBelow(alarm) || alarm.get('TreatMissingData') !== 'breaching') return;
      yield {
        message: `${event.namespace} ${event.metric} is published only when ${event.onlyWhen}, and missing data is breaching`,
        fix: 'set TreatMissingData to notBreaching',
      };
    }),
  },
  {
    id: 'fetched-range',
    level: 'warning',
    what: 'metric math whose result depends on how many datapoints CloudWatch happens to fetch',
    why: 'CloudWatch fetches more than it evaluates, and does not document how many',
    source: 'CloudWatch user guide, "Using metric math", functions advised against in alarms',
    find: forEachAlarm(function* (alarm) {
      const names = mathOf(alarm)?.overRange ?? [];
      if (!names.length) return;
      yield {
        message: `${names.join(', ')} computes over all datapoints fetched, not per period`,
        fix: 'compute each period by itself, over arrays [m1, m2] or with a longer period',
      };
    }),
  },
  {
    id: 'filled-newest',
    level: 'warning',
    what: 'FILL where each datapoint decides',
    why: 'the newest period, whose data has not arrived yet, is filled as well: the alarm may flap or stay as it is',
    source: 'CloudWatch user guide, "Using metric math", FILL',
    find: forEachAlarm(function* (alarm) {
      const { periods, datapointsToAlarm } = alarm;
      const period = Math.min(...alarm.metrics.map((use) => use.period ?? Number.NaN));
      if (
        !alarm.calls('FILL') ||
        periods === undefined ||
        periods !== datapointsToAlarm ||
        period > 60
      )
        return;
      if (Number.isNaN(period)) return;
      yield {
        message: `FILL with ${datapointsToAlarm} of ${periods} datapoints of ${period} s also fills the newest period before its data arrives`,
        fix: 'let fewer datapoints than periods decide, or use a longer period',
      };
    }),
  },
  {
    id: 'low-samples',
    level: 'info',
    what: 'a percentile that is ignored while samples are few',
    why: 'below the minimum the alarm keeps its state, however bad the values are',
    source: 'CloudWatch user guide, "Percentile-based CloudWatch alarms and low data samples"',
    find: forEachAlarm(function* (alarm) {
      const percent = percentileOf(alarm.metrics[0]?.statistic);
      if (percent === undefined || alarm.get('EvaluateLowSampleCountPercentile') !== 'ignore')
        return;
      const share = percent / 100;
      const minimum = Math.round(10 / (share >= 0.5 ? 1 - share : share));
      if (!Number.isFinite(minimum)) return;
      yield {
        message: `p${percent} is evaluated only from ${minimum} samples on; with fewer the alarm keeps its state`,
        fix: 'make sure of the traffic, or alarm on the share of slow requests: PR(:threshold)',
      };
    }),
  },
];

function percentileOf(statistic: string | undefined): number | undefined {
  try {
    const parsed = statistic === undefined ? undefined : parseStatistic(statistic);
    return parsed?.kind === 'percentile' ? parsed.percent : undefined;
  } catch (error) {
    if (error instanceof StatisticError) return undefined;
    throw error;
  }
}

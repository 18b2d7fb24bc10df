/** Does the evaluation do what it seems to: with missing data, with few samples, with math over what is fetched? */
import { NotModelledError, readMetricMath } from '../../math/metric-math.ts';
import { parseStatistic, StatisticError } from '../../metrics/statistics.ts';
import { SourceError } from '../../syntax/source-error.ts';
import { eachAlarm, type RuleTable } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { attempt, unknown } from '../tell.ts';

/** Functions of its math that compute over all that is fetched. */
function functionsOverRange({ expressions, metrics, resultId }: Subject): readonly string[] {
  if (!expressions.size || resultId === undefined) return [];
  const ids = metrics.map(({ id }) => id);
  const read = () => readMetricMath(ids, expressions, resultId);
  const math = attempt(read, SourceError, NotModelledError);
  return math instanceof Error ? [] : math.overRange;
}

const isBelow = (alarm: Subject) => String(alarm.get('ComparisonOperator')).startsWith('LessThan');

/** What is published of the one metric of an alarm without math while nothing happens: nothing. */
const silentEntries = ({ metrics: [use], expressions }: Subject) =>
  expressions.size ? [] : (use?.entries ?? []).filter(({ idle }) => idle === 'silent');

export const evaluationRules = {
  'missing-data-unset': eachAlarm((alarm) => {
    if (!alarm.lacks('TreatMissingData')) return [];
    return alarm.metrics.some(({ namespace }) => namespace === 'AWS/DynamoDB')
      ? {
          message:
            'alarms on AWS/DynamoDB ignore missing data by default: a state, once reached, stays for good',
          fix: 'set TreatMissingData, mostly to notBreaching',
        }
      : {
          level: 'info',
          message: 'TreatMissingData is not set: without data the alarm goes to INSUFFICIENT_DATA',
          fix: 'set TreatMissingData to what silence means here',
        };
  }),
  'silence-unnoticed': eachAlarm((alarm) => {
    const missing = alarm.get('TreatMissingData') ?? 'missing';
    const counts = ['Sum', 'SampleCount'].includes(alarm.metrics[0]?.statistic ?? '');
    const goesSilent = silentEntries(alarm).some(({ onlyWhen }) => !onlyWhen);
    if (!isBelow(alarm) || !counts || !goesSilent) return [];
    if (missing === 'breaching' || missing === unknown) return [];
    return {
      message: `without traffic there is no datapoint, and missing data is ${missing}: the alarm sees little traffic, but not none`,
      fix: 'set TreatMissingData to breaching',
    };
  }),
  'silence-breaches': eachAlarm((alarm) => {
    const event = silentEntries(alarm).find(({ onlyWhen }) => onlyWhen);
    if (!event || isBelow(alarm) || alarm.get('TreatMissingData') !== 'breaching') return [];
    return {
      message: `${event.namespace} ${event.metric} is published only when ${event.onlyWhen}, and missing data is breaching`,
      fix: 'set TreatMissingData to notBreaching',
    };
  }),
  'fetched-range': eachAlarm((alarm) => {
    const names = functionsOverRange(alarm).join(', ');
    return (
      names && {
        message: `${names} computes over all datapoints fetched, not per period`,
        fix: 'compute each period by itself, over arrays [m1, m2] or with a longer period',
      }
    );
  }),
  'filled-newest': eachAlarm((alarm) => {
    const { periods, datapointsToAlarm, metrics } = alarm;
    const period = Math.min(...metrics.map((use) => use.period ?? Number.NaN));
    const isShort = period <= 60;
    return (
      alarm.calls('FILL') &&
      isShort &&
      periods !== undefined &&
      periods === datapointsToAlarm && {
        message: `FILL with ${datapointsToAlarm} of ${periods} datapoints of ${period} s also fills the newest period before its data arrives`,
        fix: 'let fewer datapoints than periods decide, or use a longer period',
      }
    );
  }),
  'low-samples': eachAlarm((alarm) => {
    const read = () => parseStatistic(alarm.metrics[0]?.statistic ?? '');
    const statistic = attempt(read, StatisticError);
    if (statistic instanceof Error || statistic.kind !== 'percentile') return [];
    if (alarm.get('EvaluateLowSampleCountPercentile') !== 'ignore') return [];
    const share = statistic.percent / 100;
    const minimum = Math.round(10 / (share >= 0.5 ? 1 - share : share));
    return (
      Number.isFinite(minimum) && {
        message: `p${statistic.percent} is evaluated only from ${minimum} samples on; with fewer the alarm keeps its state`,
        fix: 'make sure of the traffic, or alarm on the share of slow requests: PR(:threshold)',
      }
    );
  }),
} satisfies RuleTable;

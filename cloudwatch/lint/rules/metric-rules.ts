/** Does the metric exist? Its name, its dimensions, its region, its unit, its rhythm: all against the catalogue. */
import type { MetricEntry } from '../../catalogue/catalogue.ts';
import { verdictOf } from '../metric-range.ts';
import { type Found, forEachAlarm, type LintContext, type Rule } from '../rule.ts';
import type { MetricUse, Subject } from '../subject.ts';

const titleOf = ({ namespace, name }: MetricUse) => `${namespace} ${name}`;
const setText = (names: readonly string[]) =>
  names.length ? `{${names.join(', ')}}` : 'no dimensions';
const setOf = ({ dimensions }: MetricUse) => setText(dimensions.map(({ name }) => name));
const sourceOf = (entries: readonly MetricEntry[]) => entries[0]?.sources[0] ?? 'the catalogue';

type Check = (use: MetricUse, context: LintContext, alarm: Subject) => Iterable<Omit<Found, 'at'>>;

const forEachMetric = (check: Check): Rule['find'] =>
  forEachAlarm(function* (alarm, context) {
    for (const use of alarm.metrics) yield* check(use, context, alarm);
  });

/** The entries of a metric that the catalogue knows or has heard of. */
function entriesOf(use: MetricUse, { catalogue }: LintContext): readonly MetricEntry[] {
  const verdict = verdictOf(catalogue, use);
  return 'entries' in verdict && verdict.kind !== 'dead-dimensions' ? verdict.entries : [];
}

export const metricRules: readonly Rule[] = [
  {
    id: 'unknown-metric',
    level: 'error',
    what: 'a metric name that its namespace does not have',
    why: 'the alarm never receives a datapoint',
    source: 'the page of each service that the catalogue names',
    find: forEachMetric(function* (use, { catalogue }) {
      const verdict = verdictOf(catalogue, use);
      if (verdict.kind !== 'unknown-metric') return;
      const { certain, nearest, source } = verdict;
      yield {
        level: certain ? 'error' : 'warning',
        message: certain
          ? `${titleOf(use)} is never published${source ? ` (${source})` : ''}`
          : `${titleOf(use)} is not among the metrics that the catalogue has of ${use.namespace}`,
        fix: nearest ? `use ${nearest}` : 'check the name, or add it by --catalogue',
      };
    }),
  },
  {
    id: 'dead-dimensions',
    level: 'error',
    what: 'dimensions under which the metric is never published',
    why: 'CloudWatch does not aggregate over dimensions: another set is another metric, and that one is empty',
    source:
      'CloudWatch user guide, "Dimensions"; the page of each service that the catalogue names',
    find: forEachMetric(function* (use, { catalogue }) {
      const verdict = verdictOf(catalogue, use);
      if (verdict.kind !== 'dead-dimensions') return;
      const { entries, nearest } = verdict;
      const sets = [...new Set(entries.flatMap(({ dimensionSets }) => dimensionSets.map(setText)))];
      // A filter's metric may also be published by other means.
      const isOwn = entries.every(({ sources }) => sources[0]?.startsWith('metric filter'));
      yield {
        level: isOwn ? 'warning' : 'error',
        message: `${titleOf(use)} is never published with ${setOf(use)}, only with ${sets.join(' or ')} (${sourceOf(entries)})`,
        fix: `use ${setText(nearest)}`,
      };
    }),
  },
  {
    id: 'dimension-value',
    level: 'error',
    what: 'a value that the dimension cannot have',
    why: 'the alarm never receives a datapoint',
    source: 'the page of each service that the catalogue names',
    find: forEachMetric(function* (use, context) {
      for (const { name, value } of use.dimensions) {
        const rows = entriesOf(use, context).map(({ dimensionValues }) => dimensionValues?.[name]);
        const values = [...new Set(rows.flatMap((row) => row ?? []))];
        if (value === undefined || rows.includes(undefined) || !values.length) continue;
        if (values.includes(value) || values.some((each) => each.startsWith('<'))) continue;
        yield {
          // A service may add to a list of several; a single value is a fixed word.
          level: values.length === 1 ? 'error' : 'warning',
          message: `${titleOf(use)} is not published with ${name}=${value}, only with ${values.join(', ')}`,
          fix: `set ${name} to ${values[0]}`,
        };
      }
    }),
  },
  {
    id: 'wrong-region',
    level: 'error',
    what: 'a metric that exists only in another region',
    why: 'an alarm sees the metrics of its own region only',
    source:
      'CloudFront developer guide, Route 53 developer guide: metrics in US East (N. Virginia)',
    find: forEachMetric(function* (use, context, { resource }) {
      const [entry] = entriesOf(use, context);
      const { region } = resource;
      if (!entry?.regions || (region && entry.regions.includes(region))) return;
      const only = entry.regions.join(', ');
      yield region
        ? {
            message: `${titleOf(use)} exists only in ${only}, and this alarm is deployed in ${region}`,
            fix: `move the alarm to a stack in ${only}`,
          }
        : {
            level: 'info',
            message: `${titleOf(use)} exists only in ${only}, and the template does not tell its region`,
            fix: `deploy it in ${only}; tell the region by --region`,
          };
    }),
  },
  {
    id: 'unit',
    level: 'error',
    what: 'an alarm that names a unit',
    why: 'CloudWatch then looks only at samples published with exactly that unit',
    source: 'API reference, PutMetricAlarm, Unit',
    find: forEachMetric(function* (use, context) {
      if (use.unit === undefined) return;
      const entries = entriesOf(use, context);
      const units = [...new Set(entries.map(({ unit }) => unit))];
      const isOther = units.length > 0 && !units.includes(use.unit);
      const isSure = isOther && !units.includes('None') && entries.every(({ assumed }) => !assumed);
      yield {
        level: isSure ? 'error' : isOther ? 'warning' : 'info',
        message: isOther
          ? `${titleOf(use)} is published in ${units.join(' or ')}, and the alarm looks at ${use.unit} only`
          : `the alarm looks only at samples in ${use.unit}`,
        fix: 'remove Unit',
      };
    }),
  },
  {
    id: 'period-too-short',
    level: 'warning',
    what: 'a period shorter than the metric is published',
    why: 'most periods are empty, so the missing-data setting decides, not the metric',
    source: 'the page of each service that the catalogue names',
    find: forEachMetric(function* (use, context) {
      const entries = entriesOf(use, context);
      const every = Math.min(...entries.map((entry) => entry.every ?? 60));
      if (!entries.length || every <= 60 || use.period === undefined || use.period >= every) return;
      yield {
        message: `${titleOf(use)} is published every ${every} s, and the alarm's period is ${use.period} s`,
        fix: `set the period to ${every}`,
      };
    }),
  },
  {
    id: 'not-judged',
    level: 'info',
    what: 'a metric that the catalogue cannot judge',
    why: 'whether the alarm ever receives data is not known here',
    source: 'the catalogue',
    find: forEachMetric(function* (use, { catalogue }) {
      const { kind } = verdictOf(catalogue, use);
      const reasons: Partial<Record<typeof kind, string>> = {
        'unknown-namespace': `the catalogue has nothing of the namespace ${use.namespace}`,
        incomplete: `whether ${titleOf(use)} is published with ${setOf(use)} is not documented in full`,
        disputed: `sources contradict each other on whether ${titleOf(use)} is published with ${setOf(use)}`,
      };
      const message = reasons[kind];
      if (message) yield { message, fix: 'declare what is published by --catalogue' };
    }),
  },
  {
    id: 'opt-in',
    level: 'info',
    what: 'a metric that is published only after it was switched on',
    why: 'without the switch the alarm never receives a datapoint',
    source: 'the page of each service that the catalogue names',
    find: forEachMetric(function* (use, context) {
      const [entry] = entriesOf(use, context);
      const [, names] = /^\{([^}]*)\}/.exec(entry?.optIn ?? '') ?? [];
      const wanted = names?.split(',').sort().join();
      const own = use.dimensions
        .map(({ name }) => name)
        .sort()
        .join();
      if (!entry?.optIn || (wanted !== undefined && wanted !== own)) return;
      yield {
        message: `${titleOf(use)} needs: ${entry.optIn}`,
        fix: 'make sure that it is switched on',
      };
    }),
  },
];

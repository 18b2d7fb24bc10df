/** Does the metric exist? Its name, its dimensions, its region, its unit, its rhythm: all against the catalogue. */

import type { MetricUse } from '../metric-use.ts';
import { eachMetric, type RuleTable } from '../rule.ts';

const setText = (names: readonly string[]) =>
  names.length ? `{${names.join(', ')}}` : 'no dimensions';
const setOf = ({ dimensions }: MetricUse) => setText(dimensions.map(({ name }) => name));
const distinct = <T>(values: readonly T[]) => [...new Set(values)];

export const metricRules = {
  'unknown-metric': eachMetric(({ verdict, title, namespace }) => {
    if (verdict.kind !== 'unknown-metric') return [];
    const { certain, nearest, source } = verdict;
    return {
      level: certain ? 'error' : 'warning',
      message: certain
        ? `${title} is never published${source ? ` (${source})` : ''}`
        : `${title} is not among the metrics that the catalogue has of ${namespace}`,
      fix: nearest ? `use ${nearest}` : 'check the name, or add it by --catalogue',
    };
  }),
  'dead-dimensions': eachMetric((use) => {
    if (use.verdict.kind !== 'dead-dimensions') return [];
    const { entries, nearest } = use.verdict;
    const sets = distinct(entries.flatMap(({ dimensionSets }) => dimensionSets.map(setText)));
    // A filter's metric may also be published by other means.
    const isOwn = entries.every(({ sources }) => sources[0]?.startsWith('metric filter'));
    return {
      level: isOwn ? 'warning' : 'error',
      message: `${use.title} is never published with ${setOf(use)}, only with ${sets.join(' or ')} (${entries[0]?.sources[0] ?? 'the catalogue'})`,
      fix: `use ${setText(nearest)}`,
    };
  }),
  'dimension-value': eachMetric(({ dimensions, entries, title }) =>
    dimensions.flatMap(({ name, value }) => {
      const rows = entries.map(({ dimensionValues }) => dimensionValues?.[name]);
      const values = distinct(rows.flatMap((row) => row ?? []));
      const isOpen = rows.includes(undefined) || values.some((each) => each.startsWith('<'));
      if (value === undefined || isOpen || !values.length || values.includes(value)) return [];
      return {
        // A service may add to a list of several; a single value is a fixed word.
        level: values.length === 1 ? ('error' as const) : ('warning' as const),
        message: `${title} is not published with ${name}=${value}, only with ${values.join(', ')}`,
        fix: `set ${name} to ${values[0]}`,
      };
    }),
  ),
  'wrong-region': eachMetric(({ entries: [entry], resource: { region }, title }) => {
    if (!entry?.regions || (region && entry.regions.includes(region))) return [];
    const only = entry.regions.join(', ');
    return region
      ? {
          message: `${title} exists only in ${only}, and this alarm is deployed in ${region}`,
          fix: `move the alarm to a stack in ${only}`,
        }
      : {
          level: 'info',
          message: `${title} exists only in ${only}, and the template does not tell its region`,
          fix: `deploy it in ${only}; tell the region by --region`,
        };
  }),
  unit: eachMetric(({ unit, entries, title }) => {
    if (unit === undefined) return [];
    const units = distinct(entries.map((entry) => entry.unit));
    const isOther = units.length > 0 && !units.includes(unit);
    const isSure = !units.includes('None') && entries.every(({ assumed }) => !assumed);
    return {
      level: !isOther ? 'info' : isSure ? 'error' : 'warning',
      message: isOther
        ? `${title} is published in ${units.join(' or ')}, and the alarm looks at ${unit} only`
        : `the alarm looks only at samples in ${unit}`,
      fix: 'remove Unit',
    };
  }),
  'period-too-short': eachMetric(({ entries, period, title }) => {
    const every = Math.min(...entries.map((entry) => entry.every ?? 0));
    if (!entries.length || period === undefined || period >= every) return [];
    return {
      message: `${title} is published every ${every} s, and the alarm's period is ${period} s`,
      fix: `set the period to ${every}`,
    };
  }),
  'not-judged': eachMetric((use) => {
    const { namespace, title, verdict } = use;
    const reasons: Partial<Record<typeof verdict.kind, string>> = {
      'unknown-namespace': `the catalogue has nothing of the namespace ${namespace}`,
      incomplete: `whether ${title} is published with ${setOf(use)} is not documented in full`,
      disputed: `sources contradict each other on whether ${title} is published with ${setOf(use)}`,
    };
    const message = reasons[verdict.kind];
    return message && { message, fix: 'declare what is published by --catalogue' };
  }),
  'opt-in': eachMetric(({ entries: [entry], dimensions, title }) => {
    // `{Some,Set} only when …` is about that set.
    const [, set] = /^\{([^}]*)\}/.exec(entry?.optIn ?? '') ?? [];
    const own = dimensions.map(({ name }) => name).sort();
    const isMeant = set === undefined || set.split(',').sort().join() === own.join();
    return (
      entry?.optIn &&
      isMeant && {
        message: `${title} needs: ${entry.optIn}`,
        fix: 'make sure that it is switched on',
      }
    );
  }),
} satisfies RuleTable;

/** What a scenario publishes: its series and bands, dimension values resolved against the templates. */
import { InputError } from '../input-error.ts';
import { metricKey } from '../metrics/metric.ts';
import { nearestName } from '../nearest-name.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { ScenarioBand, ScenarioSeries } from './scenario.ts';
import { parseValues, type Run, ValuesError } from './values.ts';
import type { YamlValue } from './yaml-reader.ts';

const maxDatapoints = 1_000_000;

export function readSeries(item: YamlValue, templates: TemplateSet): ScenarioSeries {
  const { metric, every, values, unit, delay } = item.members([
    ...(['metric', 'every', 'values', 'unit', 'delay'] as const),
  ]);
  if (!metric.exists) item.fail('the series names no metric');
  const { namespace, name, dimensions } = metric.members(['namespace', 'name', 'dimensions']);
  for (const part of [namespace, name]) if (!part.exists) metric.fail(`${part.name} is missing`);
  const named = (value: YamlValue, text: string) => substitute(value, text, templates);
  return {
    file: item.file,
    line: item.line,
    metric: {
      namespace: named(namespace, namespace.text()),
      name: named(name, name.text()),
      dimensions: dimensions.exists
        ? Object.fromEntries(
            Object.entries(dimensions.texts()).map(([key, text]) => [key, named(dimensions, text)]),
          )
        : {},
    },
    unit: unit.exists ? unit.text() : undefined,
    every: readEvery(every),
    values: readValues(item, values),
    delay: delay.exists ? delay.duration() : 0,
  };
}

/** `${LogicalId}` is what Ref yields, `${LogicalId.Attribute}` what GetAtt does. */
function substitute(value: YamlValue, text: string, templates: TemplateSet): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, reference: string) => {
    const logicalId = reference.split('.')[0]!.trim();
    const resource = templates.byLogicalId(logicalId);
    if (!resource) {
      const nearest = nearestName(
        logicalId,
        templates.resources.map((each) => each.logicalId),
      );
      return value.fail(
        `no template has the resource ${logicalId}`,
        nearest && `did you mean \${${nearest}}?`,
      );
    }
    try {
      const sub = { 'Fn::Sub': `\${${reference.trim()}}` };
      return String(templates.resolve(resource.file, sub, logicalId));
    } catch (error) {
      if (error instanceof UnresolvedError) return value.fail(error.message);
      throw error;
    }
  });
}

export function readBand(item: YamlValue): ScenarioBand {
  const { alarm, every, lower, upper } = item.members(['alarm', 'every', 'lower', 'upper']);
  if (!alarm.exists) item.fail('the band names no alarm');
  return {
    file: item.file,
    line: item.line,
    alarm: alarm.text(),
    every: readEvery(every),
    lower: readValues(item, lower),
    upper: readValues(item, upper),
  };
}

function readEvery(value: YamlValue): number {
  const every = value.exists ? value.duration() : 60;
  if (every >= 1 && Number.isInteger(every)) return every;
  return value.fail('every must be at least one second, in whole seconds');
}

function readValues(item: YamlValue, value: YamlValue): readonly Run[] {
  if (!value.exists) return item.fail(`${value.name} is missing`);
  try {
    const runs = parseValues(value.text());
    const count = runs.reduce((total, { repeat }) => total + repeat, 0);
    if (count > maxDatapoints) value.fail(`${count} datapoints are more than ${maxDatapoints}`);
    return runs;
  } catch (error) {
    if (error instanceof ValuesError) return value.fail(error.message);
    throw error;
  }
}

/** @throws InputError where two series give the same metric */
export function refuseOverlap(series: readonly ScenarioSeries[]): void {
  const seen = new Map<string, ScenarioSeries>();
  for (const each of series) {
    const key = `${metricKey(each.metric)}|${each.unit ?? ''}`;
    const earlier = seen.get(key);
    if (earlier) {
      throw new InputError(
        each.file,
        `two series give ${each.metric.name}, this one and that in line ${earlier.line}: they overlap`,
        { line: each.line, fix: 'join their values in one series' },
      );
    }
    seen.set(key, each);
  }
}

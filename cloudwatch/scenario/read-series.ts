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
    'metric',
    'every',
    'values',
    'unit',
    'delay',
  ]);
  const { namespace, name, dimensions } = metric.members(['namespace', 'name', 'dimensions']);
  const named = (value: YamlValue, text = value.text()) => substitute(value, text, templates);
  const texts = Object.entries(dimensions.or({}, (value) => value.texts()));
  return {
    ...{ file: item.file, line: item.line },
    metric: {
      namespace: named(namespace),
      name: named(name),
      dimensions: Object.fromEntries(texts.map(([key, text]) => [key, named(dimensions, text)])),
    },
    unit: unit.or(undefined, (value) => value.text()),
    every: readEvery(every),
    values: readValues(values),
    delay: delay.or(0, (value) => value.duration()),
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
  return {
    ...{ file: item.file, line: item.line, alarm: alarm.text(), every: readEvery(every) },
    ...{ lower: readValues(lower), upper: readValues(upper) },
  };
}

function readEvery(value: YamlValue): number {
  const every = value.or(60, (given) => given.duration());
  if (every >= 1 && Number.isInteger(every)) return every;
  return value.fail('every must be at least one second, in whole seconds', 'write every: 60s');
}

function readValues(value: YamlValue): readonly Run[] {
  try {
    const runs = parseValues(value.text());
    const count = runs.reduce((total, { repeat }) => total + repeat, 0);
    if (count > maxDatapoints) {
      value.fail(`${count} datapoints are more than ${maxDatapoints}`, 'write a longer every:');
    }
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

/** Scenario files (streams of YAML documents) → scenarios. Every complaint names file, line and what to do. */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { State } from '../alarms/alarm.ts';
import { InputError } from '../input-error.ts';
import { metricKey } from '../metrics/metric.ts';
import { nearestName } from '../nearest-name.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateSet } from '../template/open-templates.ts';
import { parseDuration } from './duration.ts';
import type { Between, Expectation, Scenario, ScenarioBand, ScenarioSeries } from './scenario.ts';
import { parseValues, type Run, ValuesError } from './values.ts';
import { YamlValue } from './yaml-reader.ts';

const defaultStart = '2026-01-05T00:00:00Z';
const maxBytes = 5 * 1024 * 1024;
const maxSeconds = 100 * 86_400;
const maxDatapoints = 1_000_000;
const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

/** @throws InputError */
export async function readScenarios(
  files: readonly string[],
  templates: TemplateSet,
): Promise<readonly Scenario[]> {
  const read = await Promise.all(
    files.map(async (file) => parseScenarios(file, await readText(file), templates)),
  );
  return read.flat();
}

async function readText(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const problem =
      error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`;
    throw new InputError(file, problem, { fix: 'check the path given to --scenario' });
  });
  if (text.length <= maxBytes) return text;
  throw new InputError(file, 'the file is larger than 5 MB', { fix: 'use *repeat for long runs' });
}

/** @throws InputError */
export function parseScenarios(
  file: string,
  text: string,
  templates: TemplateSet,
): readonly Scenario[] {
  const lines = new LineCounter();
  return parseDocuments(file, text, lines)
    .filter(({ contents }) => contents !== null)
    .map((document) => {
      const [error] = document.errors;
      if (error) {
        throw new InputError(file, `the YAML is broken (${error.message.split('\n')[0]})`, {
          line: error.linePos?.[0].line,
          fix: 'check indentation, quotes and brackets there',
        });
      }
      const source = { file, lines, document };
      return readScenario(new YamlValue(source, document.contents, 'the scenario'), templates);
    });
}

function parseDocuments(file: string, text: string, lineCounter: LineCounter) {
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, { lineCounter, logLevel: 'silent' });
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(file, 'the YAML is nested too deeply');
    throw error;
  }
  if (Array.isArray(documents) && documents.some(({ contents }) => contents)) return documents;
  throw new InputError(file, 'there is no scenario in this file', {
    line: 1,
    fix: 'write name:, series: and expect:',
  });
}

function readScenario(document: YamlValue, templates: TemplateSet): Scenario {
  const members = document.members(['name', 'start', 'series', 'bands', 'expect']);
  if (!members.name.exists) document.fail('the scenario has no name');
  if (!members.expect.exists) {
    document.fail('the scenario expects nothing', 'add expect: with at least one expectation');
  }
  const { file, line } = document;
  const series = members.series.exists
    ? members.series.items().map((item) => readSeries(item, templates))
    : [];
  refuseOverlap(series);
  const bands = members.bands.exists ? members.bands.items().map(readBand) : [];
  const expect = members.expect.items().map(readExpectation);
  const length = lengthOf(series, expect);
  if (length > maxSeconds) document.fail('the scenario is longer than 100 days');
  return {
    ...{ file, line, series, bands, expect, length },
    name: members.name.text(),
    start: readStart(members.start),
  };
}

function readStart(value: YamlValue): number {
  const start = Date.parse(value.exists ? value.text() : defaultStart);
  if (Number.isNaN(start)) value.fail('start must be a time', `write ${defaultStart}`);
  if (start % 60_000 !== 0) value.fail('start must be a whole minute', `write ${defaultStart}`);
  return start;
}

function readSeries(item: YamlValue, templates: TemplateSet): ScenarioSeries {
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
    delay: delay.exists ? readDuration(delay) : 0,
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

function readBand(item: YamlValue): ScenarioBand {
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
  const every = value.exists ? readDuration(value) : 60;
  if (every >= 1 && Number.isInteger(every)) return every;
  return value.fail('every must be at least one second, in whole seconds');
}

function readDuration(value: YamlValue): number {
  const text = value.text();
  return parseDuration(text) ?? value.fail(`'${text}' is no duration`, 'write 90s, 70m, 6h or 3d');
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

function refuseOverlap(series: readonly ScenarioSeries[]): void {
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

function readExpectation(item: YamlValue): Expectation {
  const members = item.members([
    ...([
      'alarm',
      'becomes',
      'between',
      'notifies',
      'times',
      'on',
      'at',
      'state',
      'never',
    ] as const),
  ]);
  const { alarm, becomes, between, notifies, times, on, at, state, never } = members;
  const given = [becomes, notifies, at, never].filter(({ exists }) => exists);
  if (!alarm.exists) item.fail('the expectation names no alarm');
  if (given.length !== 1) {
    item.fail(
      'an expectation says one of becomes, notifies, at, never',
      'write { alarm: …, becomes: ALARM, between: [70m, 75m] }, for instance',
    );
  }
  const allowed = { becomes: [between], notifies: [between, times, on], at: [state], never: [] };
  const kind = given[0]!.name as keyof typeof allowed;
  for (const extra of [between, times, on, state]) {
    if (extra.exists && !(allowed[kind] as readonly YamlValue[]).includes(extra)) {
      extra.fail(`${extra.name} does not go with ${kind}`);
    }
  }
  const base = { file: item.file, line: item.line, alarm: alarm.text() };
  switch (kind) {
    case 'becomes':
      return { ...base, type: kind, state: readState(becomes), between: readBetween(between) };
    case 'never':
      return { ...base, type: kind, state: readState(never) };
    case 'at':
      if (!state.exists) item.fail('at needs the state that is expected then', 'add state: OK');
      return { ...base, type: kind, at: readDuration(at), state: readState(state) };
    case 'notifies':
      return {
        ...base,
        type: kind,
        topic: notifies.text(),
        times: times.exists ? readTimes(times) : undefined,
        between: readBetween(between),
        on: on.exists ? readState(on) : 'ALARM',
      };
  }
}

function readState(value: YamlValue): State {
  const text = value.text();
  const state = states.find((each) => each === text);
  return state ?? value.fail(`'${text}' is no state`, `choose ${states.join(', ')}`);
}

function readTimes(value: YamlValue): number {
  const times = Number(value.text());
  return Number.isInteger(times) && times >= 0
    ? times
    : value.fail('times must be a whole number from 0');
}

function readBetween(value: YamlValue): Between | undefined {
  if (!value.exists) return undefined;
  const [from, to, ...more] = value.items().map(readDuration);
  if (from === undefined || to === undefined || more.length > 0 || from > to) {
    return value.fail('between needs two times, the earlier first', 'write [70m, 75m]');
  }
  return [from, to];
}

function lengthOf(series: readonly ScenarioSeries[], expect: readonly Expectation[]): number {
  const published = series.map(
    ({ every, values }) => every * values.reduce((total, { repeat }) => total + repeat, 0),
  );
  const expected = expect.map((each) => {
    if (each.type === 'at') return each.at;
    return each.type === 'never' ? 0 : (each.between?.[1] ?? 0);
  });
  return Math.ceil(Math.max(0, ...published, ...expected) / 60) * 60;
}

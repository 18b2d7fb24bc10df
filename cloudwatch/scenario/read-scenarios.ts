/** Scenario files (streams of YAML documents) → scenarios. Every complaint names file, line and what to do. */
import { readFile } from 'node:fs/promises';
import { LineCounter, parseAllDocuments } from 'yaml';
import { InputError } from '../input-error.ts';
import type { TemplateSet } from '../template/template-set.ts';
import { readExpectation } from './read-expectation.ts';
import { readBand, readSeries, refuseOverlap } from './read-series.ts';
import type { Expectation, Scenario, ScenarioSeries } from './scenario.ts';
import { YamlValue } from './yaml-reader.ts';

const defaultStart = '2026-01-05T00:00:00Z';
const maxBytes = 5 * 1024 * 1024;
const maxSeconds = 100 * 86_400;

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
  const { name, start, ...members } = document.members([
    'name',
    'start',
    'series',
    'bands',
    'expect',
  ]);
  const { file, line } = document;
  const series = members.series
    .or([], (value) => value.items())
    .map((item) => readSeries(item, templates));
  refuseOverlap(series);
  const bands = members.bands.or([], (value) => value.items()).map(readBand);
  const expect = members.expect.items().map(readExpectation);
  const length = lengthOf(series, expect);
  if (length > maxSeconds) {
    document.fail('the scenario is longer than 100 days', 'use shorter series');
  }
  return { file, line, name: name.text(), start: readStart(start), series, bands, expect, length };
}

function readStart(value: YamlValue): number {
  const start = Date.parse(value.or(defaultStart, (given) => given.text()));
  if (Number.isNaN(start)) value.fail('start must be a time', `write ${defaultStart}`);
  if (start % 60_000 !== 0) value.fail('start must be a whole minute', `write ${defaultStart}`);
  return start;
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

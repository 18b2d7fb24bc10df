/** Scenario files (streams of YAML documents) → scenarios. Every complaint names file, line and what to do. */
import { readFile } from 'node:fs/promises';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
} from 'yaml';
import { InputError } from '../input-error.ts';
import { metricKey } from '../metrics/metric.ts';
import { didYouMean } from '../nearest-name.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { Expectation, Scenario, ScenarioSeries } from './scenario.ts';
import { describeIssue, scenarioSchema } from './scenario-schema.ts';
import { ValuesError } from './values.ts';

const maxBytes = 5 * 1024 * 1024;
const maxSeconds = 100 * 86_400;
/** Beyond it lies mischief: aliases of aliases grow without end. */
const maxAliasCount = 10_000;

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
  const schema = scenarioSchema((given) => substitute(given, templates));
  return parseDocuments(file, text, lines).map(({ document, value }) => {
    const place = (path: readonly PropertyKey[]) => ({
      file,
      line: lines.linePos(offsetOf(document, path)).line,
    });
    const { success, data, error } = schema.safeParse(value, { error: describeIssue });
    if (!success) {
      const unknown = error.issues.find(({ code }) => code === 'unrecognized_keys');
      const { path, message } = unknown ?? error.issues[0]!;
      const keys = unknown?.code === 'unrecognized_keys' ? unknown.keys : [];
      throw new InputError(file, message, place([...path, ...keys.slice(0, 1)]));
    }
    const placed = <Item extends object>(name: string, items: readonly Item[]) =>
      items.map((item, index) => ({ ...item, ...place([name, index]) }));
    const scenario = {
      ...{ ...data, ...place([]) },
      series: placed('series', data.series),
      bands: placed('bands', data.bands),
      expect: placed('expect', data.expect) as readonly Expectation[],
    };
    refuseOverlap(scenario.series);
    const length = lengthOf(scenario);
    if (length <= maxSeconds) return { ...scenario, length };
    const fix = 'use shorter series';
    throw new InputError(file, 'the scenario is longer than 100 days', { ...place([]), fix });
  });
}

/** Scalars become texts, as they are written. */
function parseDocuments(file: string, text: string, lineCounter: LineCounter) {
  try {
    const documents = [
      ...parseAllDocuments(text, { lineCounter, logLevel: 'silent', schema: 'failsafe' }),
    ].filter(({ contents }) => !(isScalar(contents) && contents.value === ''));
    const broken = documents.find(({ errors }) => errors.length > 0)?.errors[0];
    if (broken) {
      throw new InputError(file, `the YAML is broken (${broken.message.split('\n')[0]})`, {
        line: broken.linePos?.[0].line,
        fix: 'check indentation, quotes and brackets there',
      });
    }
    if (documents.length > 0) {
      return documents.map((document) => ({
        document,
        value: document.toJS({ maxAliasCount }) as unknown,
      }));
    }
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(file, 'the YAML is nested too deeply');
    if (!(error instanceof ReferenceError)) throw error;
    const fix = 'write out what it repeats';
    throw new InputError(file, `the YAML is broken (${error.message})`, { fix });
  }
  const fix = 'write name:, series: and expect:';
  throw new InputError(file, 'there is no scenario in this file', { line: 1, fix });
}

/** Where the value at the path begins, or else what should hold it. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.range?.[0] ?? 0;
  for (const key of [undefined, ...path]) {
    if (isMap(node) && key !== undefined) node = node.get(key, true);
    else if (isSeq(node) && key !== undefined) node = node.items[Number(key)];
    const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
    if (!range) break;
    offset = range[0]!;
    if (isAlias(node)) node = node.resolve(document);
  }
  return offset;
}

/** `${LogicalId}` is what Ref yields, `${LogicalId.Attribute}` what GetAtt does. */
function substitute(text: string, templates: TemplateSet): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, reference: string) => {
    const logicalId = reference.split('.')[0]!.trim();
    const resource = templates.byLogicalId(logicalId);
    if (!resource) {
      const names = templates.resources.map((each) => each.logicalId);
      const hint = didYouMean(logicalId, names, (nearest) => `\${${nearest}}`);
      throw new ValuesError(`no template has the resource ${logicalId}${hint ? `; ${hint}` : ''}`);
    }
    try {
      const sub = { 'Fn::Sub': `\${${reference.trim()}}` };
      return String(templates.resolve(resource.file, sub, logicalId));
    } catch (error) {
      if (error instanceof UnresolvedError) throw new ValuesError(error.message);
      throw error;
    }
  });
}

/** @throws InputError where two series give the same metric */
function refuseOverlap(series: readonly ScenarioSeries[]): void {
  const seen = new Map<string, ScenarioSeries>();
  for (const each of series) {
    const { metric, unit, file, line } = each;
    const key = `${metricKey(metric)}|${unit ?? ''}`;
    const earlier = seen.get(key);
    if (earlier) {
      const problem = `two series give ${metric.name}, this one and that in line ${earlier.line}: they overlap`;
      throw new InputError(file, problem, { line, fix: 'join their values in one series' });
    }
    seen.set(key, each);
  }
}

function lengthOf({ series, expect }: Pick<Scenario, 'series' | 'expect'>): number {
  const published = series.map(
    ({ every, values }) => every * values.reduce((total, { repeat }) => total + repeat, 0),
  );
  const expected = expect.map((each) => {
    if (each.type === 'at') return each.at;
    return each.type === 'never' ? 0 : (each.between?.[1] ?? 0);
  });
  return Math.ceil(Math.max(0, ...published, ...expected) / 60) * 60;
}

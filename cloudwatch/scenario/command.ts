/** `test`: what the alarms of templates do in scenarios. */
import type { Alarm } from '../alarms/alarm.ts';
import { readAlarms } from '../alarms/read-alarms.ts';
import {
  type Command,
  choose,
  type OptionKinds,
  type Options,
  readArguments,
  readPairs,
  readRegion,
} from '../command.ts';
import { InputError } from '../input-error.ts';
import { junit } from '../junit.ts';
import { chooseReadings, type Readings } from '../readings.ts';
import { openTemplates } from '../template/open-templates.ts';
import { readTemplates } from '../template/read-templates.ts';
import { evaluateScenario, type ScenarioResult } from './evaluate-scenario.ts';
import { jsonReport } from './json-report.ts';
import { readScenarios } from './read-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { textReport } from './text-report.ts';
import type { Range } from './variants.ts';

/** What `test` and `coverage` share. */
export const scenarioOptions = {
  scenario: 'many',
  parameter: 'many',
  reading: 'many',
  region: 'one',
  format: 'one',
} as const satisfies OptionKinds;

type Given = Omit<Options<typeof scenarioOptions>, 'format'> & {
  readonly templates: readonly string[];
};

/** Templates and scenarios from disk. @throws InputError */
export async function loadScenarios(given: Given): Promise<{
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly scenarios: readonly Scenario[];
  readonly readings: Readings;
}> {
  if (given.templates.length === 0) {
    const fix = 'name the synthesized templates first';
    throw new InputError('arguments', 'no template was given', { fix });
  }
  if (given.scenario.length === 0) {
    const fix = 'add --scenario <file.yaml>';
    throw new InputError('arguments', 'no scenario was given', { fix });
  }
  const readings = chooseReadings(readPairs('--reading', given.reading));
  const templates = openTemplates(await readTemplates(given.templates), {
    parameters: readPairs('--parameter', given.parameter),
    ...readRegion(given.region),
  });
  const alarms = readAlarms(templates, readings);
  if (alarms.size === 0) {
    throw new InputError(given.templates.join(', '), 'there is no alarm in it', {
      fix: 'give the template that holds AWS::CloudWatch::Alarm resources',
    });
  }
  return { alarms, readings, scenarios: await readScenarios(given.scenario, templates) };
}

const rangesOf: Readonly<Record<string, readonly Range[]>> = {
  both: ['doc', 'measured'],
  doc: ['doc'],
  measured: ['measured'],
};

export const run: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, {
    ...scenarioOptions,
    range: 'one',
    'strict-range': 'flag',
    timeline: 'flag',
  });
  const format = choose('--format', values.format, ['text', 'json', 'junit']);
  const range = choose('--range', values.range, ['both', 'doc', 'measured']);
  const loaded = await loadScenarios({ ...values, templates: positionals });
  const results = loaded.scenarios.map((scenario) =>
    evaluateScenario(loaded.alarms, scenario, {
      ranges: rangesOf[range]!,
      readings: loaded.readings,
      strict: values['strict-range'],
    }),
  );
  const reports = {
    text: () => textReport(results, { color: io.color, timeline: values.timeline }),
    json: () => `${JSON.stringify(jsonReport(results), null, 2)}\n`,
    junit: () => junit('scenarios', results.map(junitCase)),
  };
  io.out(reports[format]());
  return results.every(({ ok }) => ok) ? 0 : 1;
};

const junitCase = ({ scenario, ok, failures, sensitive }: ScenarioResult) => ({
  suite: scenario.file,
  name: scenario.name,
  failures: (ok ? [] : [...failures, ...sensitive]).map(
    ({ file, line, expectation, message }) => `${file}:${line}: ${expectation}: ${message}`,
  ),
});

/** `coverage`: which alarms lack a proof, and which changes to alarms no scenario notices. */
import { styleText } from 'node:util';
import { awsCatalogue } from '../catalogue/aws-catalogue.ts';
import { mergeCatalogues } from '../catalogue/catalogue.ts';
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import { type Command, choose, readArguments } from '../command.ts';
import { junit } from '../junit.ts';
import { loadScenarios, scenarioOptions } from '../scenario/command.ts';
import { type AlarmCoverage, type Coverage, evaluateCoverage } from './evaluate-coverage.ts';

export const run: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, {
    ...scenarioOptions,
    catalogue: 'many',
  });
  const format = choose('--format', values.format, ['text', 'json', 'junit']);
  const loaded = await loadScenarios({ ...values, templates: positionals });
  const own = await Promise.all(values.catalogue.map(readCatalogue));
  const coverage = evaluateCoverage(loaded.alarms, loaded.scenarios, {
    readings: loaded.readings,
    catalogue: mergeCatalogues(awsCatalogue(), ...own),
  });
  const reports = {
    text: () => textReport(coverage, io.color),
    json: () => `${JSON.stringify(jsonReport(coverage), null, 2)}\n`,
    junit: () =>
      junit(
        'coverage',
        coverage.alarms.map((each) => ({
          suite: each.alarm.file,
          name: each.alarm.name,
          failures: problemsOf(each),
        })),
      ),
  };
  io.out(reports[format]());
  const clean = coverage.alarms.every((each) => problemsOf(each).length === 0);
  return clean && coverage.failures.length === 0 ? 0 : 1;
};

/** Everything that is wrong with the proof of one alarm, a line each. */
function problemsOf({ alarm, fires, silent, survivors }: AlarmCoverage): readonly string[] {
  if (alarm.kind === 'unmodelled') return [`cannot be evaluated: ${alarm.reason}`];
  return [
    ...(fires.length === 0 ? ['no scenario names it and fires it'] : []),
    ...(silent.length === 0 ? ['no scenario names it, gives it data and stays silent'] : []),
    ...survivors.map(({ change, killedBy }) => `survives: ${change}; to notice it: ${killedBy}`),
  ];
}

const totals = ({ alarms }: Coverage) => {
  const killed = alarms.reduce((sum, each) => sum + each.killed, 0);
  const survived = alarms.reduce((sum, { survivors }) => sum + survivors.length, 0);
  const notCounted = alarms.reduce((sum, each) => sum + each.notCounted.length, 0);
  return { killed, survived, notCounted };
};

function textReport(coverage: Coverage, color: boolean): string {
  const paint = (style: 'green' | 'red' | 'dim', text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const lines = coverage.alarms.flatMap((each) => {
    const problems = problemsOf(each);
    const counted = each.killed + each.survivors.length;
    return [
      `${problems.length === 0 ? paint('green', '✓') : paint('red', '✗')} ${each.alarm.name} ${paint('dim', `(${each.fires.length} firing, ${each.silent.length} silent, ${each.killed} of ${counted} mutants killed)`)}`,
      ...problems.map((problem) => `    ${paint('red', '✗')} ${problem}`),
      ...each.notCounted.map(({ change, notCounted }) =>
        paint('dim', `      not counted: ${change}: ${notCounted}`),
      ),
    ];
  });
  const { killed, survived, notCounted } = totals(coverage);
  const failed = coverage.failures.map(
    ({ message }) => `${paint('red', '✗')} fails without any mutant: ${message}`,
  );
  const summary = `${killed} of ${killed + survived} mutants killed, ${notCounted} not counted. Results are per AWS documentation.`;
  return [...lines, ...failed, '', summary, ''].join('\n');
}

const jsonReport = (coverage: Coverage) => ({
  alarms: coverage.alarms.map((each) => ({
    alarm: each.alarm.name,
    fires: each.fires,
    silent: each.silent,
    killed: each.killed,
    survived: each.survivors.map(({ change, killedBy }) => ({ mutant: change, killedBy })),
    notCounted: each.notCounted.map(({ change, notCounted }) => ({
      mutant: change,
      reason: notCounted,
    })),
    problems: problemsOf(each),
  })),
  failures: coverage.failures.map(({ scenario, message }) => ({
    scenario: scenario.name,
    message,
  })),
  mutants: totals(coverage),
});

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
  const { values, positionals } = readArguments(args, { ...scenarioOptions, catalogue: 'many' });
  const format = choose('--format', values.format, ['text', 'json', 'junit']);
  const loaded = await loadScenarios({ ...values, templates: positionals });
  const own = await Promise.all(values.catalogue.map(readCatalogue));
  const coverage = evaluateCoverage(loaded.alarms, loaded.scenarios, {
    readings: loaded.readings,
    catalogue: mergeCatalogues(awsCatalogue(), ...own),
  });
  const write = { text: textReport, json: jsonReport, junit: junitReport };
  io.out(write[format](coverage, io.color));
  const isClean = coverage.alarms.every((each) => problemsOf(each).length === 0);
  return isClean && coverage.failures.length === 0 ? 0 : 1;
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

function totals({ alarms }: Coverage) {
  const sum = (count: (alarm: AlarmCoverage) => number) =>
    alarms.reduce((total, alarm) => total + count(alarm), 0);
  return {
    killed: sum(({ killed }) => killed),
    survived: sum(({ survivors }) => survivors.length),
    notCounted: sum(({ notCounted }) => notCounted.length),
  };
}

function textReport(coverage: Coverage, color: boolean): string {
  const paint = (style: 'green' | 'red' | 'dim', text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const cross = paint('red', '✗');
  const lines = coverage.alarms.flatMap((each) => {
    const { alarm, fires, silent, killed, survivors, notCounted } = each;
    const problems = problemsOf(each);
    const counts = `(${fires.length} firing, ${silent.length} silent, ${killed} of ${killed + survivors.length} mutants killed)`;
    return [
      `${problems.length === 0 ? paint('green', '✓') : cross} ${alarm.name} ${paint('dim', counts)}`,
      ...problems.map((problem) => `    ${cross} ${problem}`),
      ...notCounted.map(({ change, notCounted: reason }) =>
        paint('dim', `      not counted: ${change}: ${reason}`),
      ),
    ];
  });
  const { killed, survived, notCounted } = totals(coverage);
  const failed = coverage.failures.map(
    ({ message }) => `${cross} fails without any mutant: ${message}`,
  );
  const summary = `${killed} of ${killed + survived} mutants killed, ${notCounted} not counted. Results are per AWS documentation.`;
  return [...lines, ...failed, '', summary, ''].join('\n');
}

function jsonReport(coverage: Coverage): string {
  const alarms = coverage.alarms.map((each) => ({
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
  }));
  const failures = coverage.failures.map(({ scenario, message }) => ({
    scenario: scenario.name,
    message,
  }));
  return `${JSON.stringify({ alarms, failures, mutants: totals(coverage) }, null, 2)}\n`;
}

const junitReport = ({ alarms }: Coverage) =>
  junit(
    'coverage',
    alarms.map((each) => ({
      suite: each.alarm.file,
      name: each.alarm.name,
      failures: problemsOf(each),
    })),
  );

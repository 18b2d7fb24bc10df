/** `lint <template...>`: alarms that can never fire or never be heard. */
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import { type Command, choose, readArguments, readPairs, readRegion } from '../command.ts';
import { InputError } from '../input-error.ts';
import { didYouMean } from '../nearest-name.ts';
import { openTemplates } from '../template/open-templates.ts';
import { readTemplates } from '../template/read-templates.ts';
import { lintTemplates } from './lint-templates.ts';
import { failing, jsonReport, junitReport, type Report, textReport } from './report.ts';
import { allRules } from './rules/all-rules.ts';

const options = {
  catalogue: 'many',
  parameter: 'many',
  disable: 'many',
  region: 'one',
  level: 'one',
  format: 'one',
  rules: 'flag',
} as const;

/** @returns 1 where a finding is of `--level` (default warning) or above, else 0 @throws InputError */
export const run: Command = async (args, io) => {
  const { values, positionals } = readArguments(args, options);
  if (values.rules) {
    io.out(allRules.map(explain).join('\n'));
    return 0;
  }
  const format = choose('--format', values.format, ['text', 'json', 'junit']);
  const level = choose('--level', values.level, ['warning', 'error', 'info']);
  checkRules(values.disable);
  if (!positionals.length) {
    throw new InputError('arguments', 'no template was given', {
      fix: 'name the synthesized templates',
    });
  }
  const catalogues = await Promise.all(values.catalogue.map(readCatalogue));
  const templates = openTemplates(await readTemplates(positionals), {
    parameters: readPairs('--parameter', values.parameter),
    ...readRegion(values.region),
  });
  const findings = lintTemplates(templates, { catalogues, disable: values.disable });
  const report: Report = { templates, findings, level };
  const write = { text: textReport, json: jsonReport, junit: junitReport };
  io.out(write[format](report, io));
  return failing(report).length ? 1 : 0;
};

function checkRules(disabled: readonly string[]): void {
  const ids = allRules.map(({ id }) => id);
  for (const id of disabled.filter((each) => !ids.includes(each))) {
    throw new InputError('--disable', `there is no rule ${id}`, {
      fix: didYouMean(id, ids) ?? '--rules lists them',
    });
  }
}

const explain = ({ id, level, what, why, source }: (typeof allRules)[number]) =>
  `${id} (${level})\n  finds: ${what}\n  why: ${why}\n  source: ${source}\n`;

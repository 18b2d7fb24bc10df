/** `lint <template...>`: alarms that can never fire or never be heard. */
import { readCatalogue } from '../catalogue/read-catalogue.ts';
import { type Command, choose, readArguments, readPairs } from '../command.ts';
import { InputError } from '../input-error.ts';
import { nearestName } from '../nearest-name.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import { openTemplates } from '../template/open-templates.ts';
import { readTemplates } from '../template/read-templates.ts';
import { type LintOptions, lintTemplates } from './lint-templates.ts';
import { isReported, jsonReport, junitReport, type Report, textReport } from './report.ts';
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
    io.out(ruleTable());
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
  const report: Report = {
    level,
    ...(await lintFiles(positionals, {
      parameters: readPairs('--parameter', values.parameter),
      region: values.region,
      disable: values.disable,
      catalogues: await Promise.all(values.catalogue.map(readCatalogue)),
    })),
  };
  const write = {
    text: () => textReport(report, io),
    json: () => jsonReport(report),
    junit: () => junitReport(report),
  };
  io.out(write[format]());
  return report.findings.some((finding) => isReported(finding, level)) ? 1 : 0;
};

interface FileOptions extends LintOptions {
  readonly parameters: Readonly<Record<string, string>>;
  readonly region: string | undefined;
}

async function lintFiles(paths: readonly string[], { parameters, region, ...lint }: FileOptions) {
  const files = await readTemplates(paths);
  try {
    const templates = openTemplates(files, { parameters, ...(region && { region }) });
    return { templates, findings: lintTemplates(templates, lint) };
  } catch (error) {
    // What decides which resources there are at all; everything else is judged without it.
    if (error instanceof UnresolvedError) throw new InputError(error.place, error.reason);
    throw error;
  }
}

function checkRules(disabled: readonly string[]): void {
  const ids = allRules.map(({ id }) => id);
  for (const id of disabled) {
    if (ids.includes(id)) continue;
    const near = nearestName(id, ids);
    throw new InputError('--disable', `there is no rule ${id}`, {
      fix: near ? `did you mean ${near}?` : '--rules lists them',
    });
  }
}

const ruleTable = () =>
  allRules
    .map(
      ({ id, level, what, why, source }) =>
        `${id} (${level})\n  finds: ${what}\n  why: ${why}\n  source: ${source}\n`,
    )
    .join('\n');

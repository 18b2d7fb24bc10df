/** Findings for people, for programs and for CI. */
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { junit } from '../junit.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { Finding } from './lint-templates.ts';
import { type Level, levels } from './rule.ts';

export interface Report {
  readonly findings: readonly Finding[];
  readonly templates: TemplateSet;
  /** The least level that fails. */
  readonly level: Level;
}

export const isReported = ({ level }: Finding, least: Level) =>
  levels.indexOf(level) <= levels.indexOf(least);

export const jsonReport = ({ findings }: Report) => `${JSON.stringify({ findings }, null, 2)}\n`;

/** One case per alarm and one per other resource with a finding. */
export function junitReport({ findings, templates, level }: Report): string {
  const failing = findings.filter((finding) => isReported(finding, level));
  const subjects = templates.resources
    .filter(({ type }) => /^AWS::CloudWatch::(Composite)?Alarm$/.test(type))
    .map(({ file, logicalId }) => ({ file, logicalId }));
  const others = failing
    .map(({ template, resource }) => ({ file: template, logicalId: resource }))
    .filter((each) => !subjects.some((one) => sameSubject(one, each)));
  const all = [
    ...subjects,
    ...others.filter((each, index) => others.findIndex((one) => sameSubject(one, each)) === index),
  ];
  return junit(
    'cloudwatch lint',
    all.map((subject) => ({
      suite: subject.file,
      name: subject.logicalId,
      failures: failing
        .filter(({ template, resource }) =>
          sameSubject(subject, { file: template, logicalId: resource }),
        )
        .map(({ level: found, rule, message, fix }) => `${found} ${rule}: ${message}. Fix: ${fix}`),
    })),
  );
}

interface Named {
  readonly file: string;
  readonly logicalId: string;
}

const sameSubject = (left: Named, right: Named) =>
  left.file === right.file && left.logicalId === right.logicalId;

const colors = { error: 'red', warning: 'yellow', info: 'blue' } as const;

export function textReport(report: Report, { color }: { readonly color: boolean }): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const shown = report.findings.filter((finding) => isReported(finding, report.level));
  const lines = lineNumbers(shown);
  const paths = new Map(
    report.templates.resources.map(({ file, logicalId, path }) => [`${file}#${logicalId}`, path]),
  );
  const blocks = shown.map((finding) => {
    const { rule, level, template, resource, message, fix } = finding;
    const line = lines.get(template)?.get(resource);
    const path = paths.get(`${template}#${resource}`);
    return [
      `${paint(colors[level], level)} ${paint('bold', rule)} ${template}${line ? `:${line}` : ''} ${resource}${path ? paint('dim', ` (${path})`) : ''}`,
      `  ${message}`,
      `  ${paint('green', 'fix:')} ${fix}`,
      '',
    ].join('\n');
  });
  return [...blocks, summary(report), ''].join('\n');
}

function summary({ findings, templates, level }: Report): string {
  const alarms = templates.ofType('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm');
  const counts = levels.map((each) => findings.filter((finding) => finding.level === each).length);
  const [errors = 0, warnings = 0, infos = 0] = counts;
  const hidden = findings.filter((finding) => !isReported(finding, level)).length;
  const more = hidden ? ` (${hidden} not shown: --level info shows them)` : '';
  return `${plural(alarms.length, 'alarm')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ${infos} info${more}. Results are per AWS documentation.`;
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** 1-based lines of logical ids, by file; each file is read once. */
function lineNumbers(
  findings: readonly Finding[],
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const files = [...new Set(findings.map(({ template }) => template))];
  return new Map(files.map((file) => [file, keyLines(file)]));
}

function keyLines(file: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, line] of readLines(file).entries()) {
    const [, key] = /^\s*["']?([A-Za-z0-9]+)["']?\s*:/.exec(line) ?? [];
    if (key && !found.has(key)) found.set(key, index + 1);
  }
  return found;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

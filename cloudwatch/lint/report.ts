/** Findings for people, for programs and for CI. */
import { styleText } from 'node:util';
import { junit } from '../junit.ts';
import { resourceLines } from '../template/resource-line.ts';
import type { TemplateSet } from '../template/template-set.ts';
import type { Finding } from './lint-templates.ts';
import { type Level, levels } from './rule.ts';

export interface Report {
  readonly findings: readonly Finding[];
  readonly templates: TemplateSet;
  /** The least level that fails. */
  readonly level: Level;
}

/** The findings that fail. */
export const failing = ({ findings, level: least }: Report) =>
  findings.filter(({ level }) => levels.indexOf(level) <= levels.indexOf(least));

export const jsonReport = ({ findings }: Report) => `${JSON.stringify({ findings }, null, 2)}\n`;

const alarmTypes = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'] as const;
const key = (template: string, resource: string) => `${template}#${resource}`;

/** One case per alarm and one per other resource with a finding. */
export function junitReport(report: Report): string {
  const cases = new Map(
    [
      ...report.templates.ofType(...alarmTypes).map(({ file, logicalId }) => [file, logicalId]),
      ...failing(report).map(({ template, resource }) => [template, resource]),
    ].map(([suite = '', name = '']) => [
      key(suite, name),
      { suite, name, failures: [] as string[] },
    ]),
  );
  for (const { template, resource, level, rule, message, fix } of failing(report)) {
    const { failures } = cases.get(key(template, resource))!;
    failures.push(`${level} ${rule}: ${message}. Fix: ${fix}`);
  }
  return junit('cloudwatch lint', [...cases.values()]);
}

const colors = { error: 'red', warning: 'yellow', info: 'blue' } as const;

export function textReport(report: Report, { color }: { readonly color: boolean }): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const shown = failing(report);
  const templates = [...new Set(shown.map(({ template }) => template))];
  const lines = new Map(templates.map((template) => [template, resourceLines(template)]));
  const paths = new Map(
    report.templates.resources.map(({ file, logicalId, path }) => [key(file, logicalId), path]),
  );
  const blocks = shown.map(({ rule, level, template, resource, message, fix }) => {
    const line = lines.get(template)?.get(resource);
    const path = paths.get(key(template, resource));
    const place = `${template}${line ? `:${line}` : ''} ${resource}`;
    return [
      `${paint(colors[level], level)} ${paint('bold', rule)} ${place}${path ? paint('dim', ` (${path})`) : ''}`,
      `  ${message}`,
      `  ${paint('green', 'fix:')} ${fix}`,
      '',
    ].join('\n');
  });
  return [...blocks, summary(report, report.findings.length - shown.length), ''].join('\n');
}

function summary({ findings, templates }: Report, hidden: number): string {
  const { error = [], warning = [], info = [] } = Object.groupBy(findings, ({ level }) => level);
  const counts = [
    `${plural(templates.ofType(...alarmTypes).length, 'alarm')}: ${plural(error.length, 'error')}`,
    plural(warning.length, 'warning'),
    `${info.length} info`,
  ].join(', ');
  const more = hidden ? ` (${hidden} not shown: --level info shows them)` : '';
  return `${counts}${more}. Results are per AWS documentation.`;
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

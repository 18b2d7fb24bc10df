/** k6's exported report, with the verdict in front of its charts: k6 leaves thresholds out. */
import type { Verdict } from '../verdict/verdict.ts';
import { everyRequest, nameOf, verdictText } from './text-report.ts';
import { xml } from './xml.ts';

const style = `
  #verdict { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1.5rem; color: #1b1b2f; }
  #verdict table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
  #verdict th, #verdict td { text-align: start; padding: .35rem .75rem; border-bottom: 1px solid #d8d8e4; vertical-align: top; }
  #verdict .bad { background: #fde8e8; color: #8a1111; font-weight: 600; }
  #verdict .quiet { color: #5b5b72; }`;

/** @param k6Html what k6 exported; without it (it needs two seconds of data) the verdict stands alone */
export function htmlReport(title: string, verdict: Verdict, k6Html: string | undefined): string {
  const section = `<style>${style}</style>\n<section id="verdict">${body(title, verdict)}</section>`;
  const page =
    k6Html ??
    `<!doctype html><html lang="en"><head><meta charset="UTF-8" /><title></title></head><body></body></html>`;
  return page
    .replace(/<title>[^<]*<\/title>/, () => `<title>${xml(title)}</title>`)
    .replace(/<body[^>]*>/, (tag) => `${tag}\n${section}`);
}

function body(
  title: string,
  { objectives, sides = [], headline, exitCode, notCompared }: Verdict,
): string {
  const compared = sides.map(({ what, k6, service, agree, note }) => ({
    cells: [what, k6, service, `${agree ? 'agree' : 'DISAGREE'}${note && `: ${note}`}`],
    look: agree ? '' : 'bad',
  }));
  return [
    `<h1>${xml(title)}</h1>`,
    `<p${exitCode === 0 ? '' : ' class="bad"'}>${xml(headline)}</p>`,
    table(
      ['Objective', 'Goal', 'Measured', 'Verdict'],
      objectives.map((row) => ({
        cells: [nameOf(row), row.goal, row.measured, verdictText(row)],
        look: looks[row.verdict],
      })),
    ),
    ...(compared.length > 0
      ? [`<p>${everyRequest}</p>`, table(['Both sides', 'k6', 'Service', ''], compared)]
      : []),
    notCompared ? `<p>Both sides were not compared: ${xml(notCompared)}</p>` : '',
  ].join('\n');
}

const looks = { held: '', broken: 'bad', 'not judged': 'quiet', 'not measured': 'quiet' } as const;

interface TableRow {
  readonly cells: readonly string[];
  readonly look: string;
}

function table(heads: readonly string[], rows: readonly TableRow[]): string {
  const head = heads.map((text) => `<th scope="col">${xml(text)}</th>`).join('');
  const lines = rows.map(
    ({ cells, look }) =>
      `<tr${look && ` class="${look}"`}>${cells.map((text) => `<td>${xml(text)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table>`;
}

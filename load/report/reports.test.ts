import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { loadPlan } from '../profiles/load-plan.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { htmlReport } from './html-report.ts';
import { junitReport } from './junit-report.ts';
import { textReport } from './text-report.ts';
import { writeReports } from './write-reports.ts';

const verdict: Verdict = {
  headline: 'BROKEN: availability',
  exitCode: 99,
  objectives: [
    {
      name: 'availability',
      kind: 'availability',
      phase: 'load',
      goal: '≥ 99.9 %',
      measured: '99 % (90 of 9000 failed)',
      verdict: 'broken',
      runbook: 'runbooks/api-availability-burn.md',
    },
    {
      name: 'latency GET /items',
      kind: 'latency',
      phase: 'load',
      goal: 'p99 ≤ 300 ms',
      measured: '42 ms (9 requests)',
      verdict: 'not judged',
      note: 'too few requests to judge by',
    },
    {
      name: 'no dropped iterations',
      kind: 'arrivals',
      phase: 'load',
      goal: 'none',
      measured: '0 dropped',
      verdict: 'held',
    },
  ],
  sides: [
    { what: 'requests', k6: '100', service: '100', agree: true, note: '' },
    { what: '5xx', k6: '10', service: '9', agree: false, note: 'the service misses 1 <10 %>' },
  ],
  messages: {
    failures: [false, true].map((sampled, index) => ({
      route: 'GET /items',
      status: 503,
      what: 'expected 200',
      requestId: `r${index}`,
      traceId: `1-${index}`,
      sampled,
    })),
    cleaned: { deleted: 3, left: true },
  },
};

test('the text is one table, and ends with the verdict', () => {
  expect(
    textReport(verdict),
  ).toBe(`objective              goal          measured                  verdict
availability           ≥ 99.9 %      99 % (90 of 9000 failed)  BROKEN: read runbooks/api-availability-burn.md
latency GET /items     p99 ≤ 300 ms  42 ms (9 requests)        not judged: too few requests to judge by
no dropped iterations  none          0 dropped                 held

Both sides count every request: besides the load, the first of each route, the lead-in and the clean-up, which no objective judges.
both sides  k6   service
requests    100  100      agree
5xx         10   9        DISAGREE: the service misses 1 <10 %>
                          read runbooks/telemetry-broken.md

Unexpected answers, the first of each kind:
  GET /items: 503, expected 200; 2 times or more; trace 1-1 (sampled), request r1

Clean-up: 3 items deleted; what is left expires within a day.

BROKEN: availability`);
});

test('JUnit has a case for each objective, each comparison and the run', () => {
  const text = junitReport('average <local>', verdict);
  expect(text).toContain(
    '<testsuite name="average &lt;local&gt;" tests="6" failures="3" skipped="1">',
  );
  expect(text).toContain(
    '<testcase classname="objectives" name="availability"><failure message="99 % (90 of 9000 failed): BROKEN: read runbooks/api-availability-burn.md"/></testcase>',
  );
  expect(text).toContain('message="k6 10, service 9: the service misses 1 &lt;10 %&gt;"');
});

describe('HTML', () => {
  const k6Html =
    '<html><head><title>k6 report</title></head><body>\n<div id="root">$&</div></body></html>';

  test('puts the verdict in front of what k6 exported', () => {
    const html = htmlReport('average', verdict, k6Html);
    expect(html).toContain('<title>average</title>');
    expect(html.indexOf('runbooks/api-availability-burn.md')).toBeLessThan(
      html.indexOf('<div id="root">$&'),
    );
    expect(html).toContain('the service misses 1 &lt;10 %&gt;');
    expect(html).toContain('<p>Both sides count every request: besides the load, ');
    expect(html).toContain('<tr class="bad"><td>availability</td>');
  });

  test('stands alone where k6 exported nothing', () => {
    expect(htmlReport('average', verdict, undefined)).toContain(
      '<tr class="bad"><td>availability</td>',
    );
  });
});

describe('files', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'load-reports-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('k6’s files become part of the reports', () => {
    writeFileSync(join(directory, 'k6.html'), '<title></title><body>charts</body>');
    writeFileSync(join(directory, 'k6.json'), '{"metrics":{"checks":{}}}');
    const plan = loadPlan('average');
    writeReports(directory, { title: 'T', runId: 'r', plan, target: 'local', verdict });
    expect(readdirSync(directory).sort()).toEqual(['junit.xml', 'report.html', 'report.json']);
    const report = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'));
    expect(report).toMatchObject({ verdict: { exitCode: 99 }, k6: { metrics: { checks: {} } } });
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toContain('charts');
  });
});

/** The objectives are written once: another promise changes alarms, boards, saved queries and runbooks, and nothing else has to. */
import { describe, expect, jest, test } from '@jest/globals';

const { windowName, burnThreshold, burnWindows, sloWindowSeconds } = await import(
  '../../services/contract/slo.ts'
);

const objectives = {
  availability: { target: 0.98, minimumBadEvents: { page: 7, ticket: 17 } },
  latency: { target: 0.93, thresholdMs: 456, minimumBadEvents: { page: 27, ticket: 47 } },
} as const;

jest.unstable_mockModule('../../services/contract/slo.ts', () => ({
  ...{ windowName, burnThreshold, burnWindows, sloWindowSeconds },
  objectives,
}));
jest.resetModules();

const { templatesOf, propertiesOf } = await import('../templates.ts');
const { stageNamed } = await import('../stages.ts');
const { generatedFiles } = await import('../../runbooks/generate.ts');

const { Ops } = templatesOf(stageNamed('prod'));
const text = (value: unknown) => JSON.stringify(value);

describe('other objectives', () => {
  const burns = propertiesOf(Ops, 'AWS::CloudWatch::Alarm').filter(({ AlarmName }) =>
    /-(burn|erosion)--/.test(AlarmName),
  );

  test.each([
    ['availability', 'burn', 7],
    ['availability', 'erosion', 17],
    ['latency', 'burn', 27],
    ['latency', 'erosion', 47],
  ] as const)('change threshold and guard of the alarms of %s %s', (objective, kind, minimum) => {
    const { target } = objectives[objective];
    const members = burns.filter(({ AlarmName }) => AlarmName.includes(`${objective}-${kind}--`));
    expect(members.length).toBeGreaterThan(3);
    for (const { AlarmName, Threshold, Metrics } of members) {
      const rate = Number(/-at-([\d.]+)$/.exec(AlarmName)?.[1]);
      expect([AlarmName, Threshold]).toEqual([AlarmName, burnThreshold(rate, target)]);
      expect(text(Metrics)).toContain(`, 0) < ${minimum}, 0,`);
      expect(text(Metrics).includes('PR(:456)')).toBe(objective === 'latency');
    }
  });

  test('change the boards: promises, lines and what is left of the budget', () => {
    const [overview] = propertiesOf(Ops, 'AWS::CloudWatch::Dashboard').filter(
      ({ DashboardName }) => DashboardName === 'manara-prod-overview',
    );
    const body = text(overview.DashboardBody);
    for (const written of ['98 %', '93 %', '456 ms', 'PR(:456)', '(1 - 0.98)', '(1 - 0.93)']) {
      expect(body).toContain(written);
    }
    expect(body).not.toMatch(/99\.9 %|300 ms|PR\(:300\)/);
    const line = burnThreshold(14.4, objectives.availability.target);
    expect(body).toContain(`value\\":${line}`);
  });

  test('change the saved queries', () => {
    const queries = propertiesOf(Ops, 'AWS::Logs::QueryDefinition');
    const slow = queries.filter(({ QueryString }) => QueryString.includes('> 456'));
    expect(slow.length).toBeGreaterThan(2);
    expect(queries.filter(({ QueryString }) => QueryString.includes('> 300'))).toEqual([]);
  });

  test('make the text of the runbooks and of the README stale, and write it anew', () => {
    const changed = generatedFiles().filter(({ before, after }) => before !== after);
    const names = changed.map(({ file }) => file.split('/').at(-1)).sort();
    expect(names).toEqual([
      'README.md',
      'README.md',
      'api-availability-burn.md',
      'api-availability-erosion.md',
      'api-latency-burn.md',
      'api-latency-erosion.md',
    ]);
    const burn = changed.find(({ file }) => file.endsWith('api-availability-burn.md'))?.after;
    expect(burn).toContain('98 % of the requests within 30 days');
    expect(burn).toContain('| 1h | 5m | 28.8 % are bad |');
    expect(burn).toContain('Fewer than 7 bad requests');
  });
});

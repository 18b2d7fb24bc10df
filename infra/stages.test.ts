import { describe, expect, test } from '@jest/globals';
import { checkStage, type StageSettings } from './stage-settings.ts';
import { stageNamed, stages } from './stages.ts';

describe('stages', () => {
  test.each(stages.map(({ stage }) => stage))('%s holds together', (stage) => {
    expect(stageNamed(stage).stage).toBe(stage);
  });

  test('an unknown one is refused with the names that exist', () => {
    expect(() => stageNamed('production')).toThrow(
      'there is no stage production: infra/stages.ts has dev, staging, prod',
    );
  });

  const prod = stageNamed('prod');
  const domain = prod.domain as NonNullable<StageSettings['domain']>;
  const broken: readonly [setting: string, change: object][] = [
    ['stage', { stage: 'Prod' }],
    ['region', { region: 'europe' }],
    ['domain.siteName', { domain: { zoneName: 'example.com', zoneId: 'Z1' } }],
    ['domain.zoneId', { domain: { ...domain, zoneId: 'example' } }],
    ['domain.siteName', { domain: { ...domain, siteName: 'www.example.org' } }],
    ['domain.apiName', { domain: { ...domain, apiName: domain.siteName } }],
    ['logRetentionDays', { logRetentionDays: 45 }],
    ['throttle.rate', { throttle: { rate: 0, burst: 10 } }],
    ['throttle.burst', { throttle: { rate: 100, burst: 10 } }],
    ['signIn.domainPrefix', { signIn: { ...prod.signIn, domainPrefix: 'my-cognito' } }],
    ['signIn.tier', { signIn: { ...prod.signIn, tier: 'free' } }],
    ['signIn.mfa', { signIn: { ...prod.signIn, mfa: 'sms' } }],
    ['loadClients', { loadClients: -1 }],
    ['breakGlassRole', { breakGlassRole: 'arn:aws:iam::1:role/x' }],
    ['waf.ratePerAddress', { waf: { ratePerAddress: 100 } }],
    ['countries', { countries: ['Germany'] }],
    ['countries', { countries: [] }],
    ['emails.page', { emails: { page: ['on-call'], ticket: [] } }],
    ['emails.ticket', { emails: { page: [], ticket: 'team@example.com' } }],
    ['accountConcurrency', { accountConcurrency: 0.5 }],
    ['monthlyBudget', { monthlyBudget: 0 }],
    ['healthCheck', { domain: undefined, healthCheck: true }],
    ['keepData', { keepData: 'yes' }],
    ['signIn', { signIn: undefined }],
    ['breakglassRole', { breakglassRole: 'a-typo' }],
    ['runbooksUrl', { runbooksUrl: 'https://example.com/' }],
  ];

  test.each(broken)('a wrong %s is one line that names it: %j', (setting, change) => {
    const check = () => checkStage({ ...prod, ...change } as StageSettings);
    expect(check).toThrow(new RegExp(`^stage \\w+: ${setting.replace('.', '\\.')} must [^\\n]+$`));
  });
});

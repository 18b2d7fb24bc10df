/** Prod with one thing changed: whatever a stage record can say must synthesize and pass the gate, not only what ours say. */
import type { StageSettings } from './stage-settings.ts';
import { stageNamed, stages } from './stages.ts';

const prod = stageNamed('prod');

export const variants: Readonly<Record<string, StageSettings>> = {
  'without-domain': { ...prod, domain: undefined, healthCheck: false },
  'in-us-east-1': { ...prod, region: 'us-east-1' },
  'without-firewall': { ...prod, waf: undefined },
  'without-countries': { ...prod, countries: undefined },
  'without-canary': { ...prod, canary: false },
  'without-health-check': { ...prod, healthCheck: false },
  'without-break-glass': { ...prod, breakGlassRole: undefined },
  'without-e-mails': { ...prod, emails: { page: [], ticket: [] } },
  'without-load-clients': { ...prod, loadClients: 0 },
  'with-the-accounts-log-role': { ...prod, gatewayLogRole: false },
  'with-source-ips': { ...prod, logSourceIps: true },
  'without-kept-data': { ...prod, keepData: false },
  'with-plain-sign-in': {
    ...prod,
    signIn: { ...prod.signIn, tier: 'essentials', mfa: 'off' },
  },
};

/** Every stage and every variant, by name. */
export const configurations: Readonly<Record<string, StageSettings>> = {
  ...Object.fromEntries(stages.map((settings) => [settings.stage, settings])),
  ...variants,
};

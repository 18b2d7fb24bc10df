/** The deployed stages, one record each. Copy one, rename it, and it is a new stage. */
import { checkStage, type StageSettings, StageSettingsError } from './stage-settings.ts';

const countries = 'AE BH DE EG GB JO KW LB MA OM QA SA TN US'.split(' ');

const dev = {
  stage: 'dev',
  region: 'eu-central-1',
  gatewayLogRole: true,
  logRetentionDays: 7,
  logSourceIps: true,
  // Above what one machine sends: a load test of dev finds the machine's limit, not this one.
  throttle: { rate: 1000, burst: 2000 },
  signIn: { domainPrefix: 'manara-dev', tier: 'plus', mfa: 'required' },
  loadClients: 4,
  keepData: false,
  canary: false,
  healthCheck: false,
  emails: { page: [], ticket: [] },
  accountConcurrency: 1000,
  logBytesPerHour: 100_000_000,
  runbooksUrl: 'https://github.com/example/manara/blob/main/runbooks',
  monthlyBudget: 60,
} satisfies StageSettings;

const staging = {
  ...dev,
  stage: 'staging',
  domain: {
    zoneName: 'staging.example.com',
    zoneId: 'Z0000000STAGING',
    siteName: 'www.staging.example.com',
    apiName: 'api.staging.example.com',
  },
  logRetentionDays: 30,
  logSourceIps: false,
  throttle: { rate: 400, burst: 800 },
  signIn: { domainPrefix: 'manara-staging', tier: 'plus', mfa: 'required' },
  waf: { ratePerAddress: 150_000 },
  countries,
  canary: true,
  healthCheck: true,
  emails: { page: [], ticket: ['team@example.com'] },
  monthlyBudget: 100,
} satisfies StageSettings;

const prod = {
  ...staging,
  stage: 'prod',
  domain: {
    zoneName: 'example.com',
    zoneId: 'Z00000000000PROD',
    siteName: 'www.example.com',
    apiName: 'api.example.com',
  },
  logRetentionDays: 90,
  signIn: { domainPrefix: 'manara-prod', tier: 'plus', mfa: 'required' },
  breakGlassRole: 'manara-break-glass',
  keepData: true,
  emails: { page: ['on-call@example.com'], ticket: ['team@example.com'] },
  logBytesPerHour: 2_000_000_000,
  monthlyBudget: 200,
} satisfies StageSettings;

export const stages: readonly StageSettings[] = [dev, staging, prod];

/** @throws {StageSettingsError} for an unknown name and for settings that do not hold together. */
export function stageNamed(name: string): StageSettings {
  const settings = stages.find(({ stage }) => stage === name);
  if (!settings) {
    const known = stages.map(({ stage }) => stage).join(', ');
    throw new StageSettingsError(`there is no stage ${name}: infra/stages.ts has ${known}`);
  }
  return checkStage(settings);
}

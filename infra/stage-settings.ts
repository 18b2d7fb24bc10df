/**
 * Everything that may differ between two stages, in one record, and the checks that it must pass before synth.
 * A setting that contradicts another is one line that names it, never a failed deployment an hour later.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export interface DomainSettings {
  /** The public hosted zone that holds both names: `example.com` and its id. */
  readonly zoneName: string;
  readonly zoneId: string;
  /** `www.example.com` */
  readonly siteName: string;
  /** `api.example.com` */
  readonly apiName: string;
}

export interface StageSettings {
  readonly stage: string;
  /** Where the API lives; the web stack is always in us-east-1. */
  readonly region: string;
  /** Absent: CloudFront's and API Gateway's own names, and CORS open to every origin. */
  readonly domain?: DomainSettings;
  /** Manara brings the account's API Gateway logging role; false where the account has one already. */
  readonly gatewayLogRole: boolean;
  readonly logRetentionDays: number;
  /** Write callers' addresses to the access log. */
  readonly logSourceIps: boolean;
  /** Requests per second and burst of each method. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  readonly signIn: {
    /** `<prefix>.auth.<region>.amazoncognito.com`: must be free in the region. */
    readonly domainPrefix: string;
    readonly tier: 'essentials' | 'plus';
    readonly mfa: 'off' | 'optional' | 'required';
  };
  /** Machine clients for load tests: each is an owner, so a partition, of its own. */
  readonly loadClients: number;
  /** Name of the role that may read and repair data past the table's policy. */
  readonly breakGlassRole?: string;
  /** Tables, buckets and the user pool outlive the stack and refuse deletion. */
  readonly keepData: boolean;
  /** Web application firewall; `ratePerAddress` counts requests in five minutes. */
  readonly waf?: { readonly ratePerAddress: number };
  /** Only these countries reach the site (ISO 3166-1 alpha-2). */
  readonly countries?: readonly string[];
  /** Shift 10 % of the traffic for five minutes and roll back on errors. */
  readonly canary: boolean;
  /** Route 53 health check of `/health`, from outside. */
  readonly healthCheck: boolean;
  readonly emails: { readonly page: readonly string[]; readonly ticket: readonly string[] };
  /** The account's limit of concurrent Lambda executions in the region (Service Quotas L-B99A9384). */
  readonly accountConcurrency: number;
  /** Bytes that all log groups of the stage together may take in within an hour before a ticket is written. */
  readonly logBytesPerHour: number;
  /** Where on-call finds `<alarm id>.md`: the repository's `runbooks/` as people open it. */
  readonly runbooksUrl: string;
  /**
   * US dollars a month; the budget warns before it is spent. Without any traffic a stage costs about 35 (six boards 18, some
   * hundred alarm metrics and four composites 12, keys and metrics 5), firewalls and health check 20 more (list prices).
   */
  readonly monthlyBudget: number;
}

type Check = readonly [setting: string, holds: (s: StageSettings) => unknown, must: string];

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const eMail = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;
const retentions = Object.values(RetentionDays).filter((days) => typeof days === 'number');
const positive = (value: number) => Number.isInteger(value) && value > 0;
const inZone = (name: string, zone: string) =>
  hostName.test(name) && (name === zone || name.endsWith(`.${zone}`));
const areEMails = (list: readonly string[]) =>
  Array.isArray(list) && list.every((x) => eMail.test(x));

const checks: readonly Check[] = [
  ['stage', (s) => /^[a-z][a-z0-9]{1,15}$/.test(s.stage), 'be 2–16 lower-case letters and digits'],
  [
    'region',
    (s) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(s.region),
    'be an AWS region such as eu-central-1',
  ],
  [
    'domain',
    ({ domain: d }) => !d || (d.zoneName && d.zoneId && d.siteName && d.apiName),
    'have all of zoneName, zoneId, siteName and apiName, or be left out',
  ],
  ['domain.zoneName', ({ domain: d }) => !d || hostName.test(d.zoneName), 'be a domain name'],
  [
    'domain.zoneId',
    ({ domain: d }) => !d || /^Z[A-Z0-9]{1,31}$/.test(d.zoneId),
    'be a hosted zone id',
  ],
  [
    'domain.siteName',
    ({ domain: d }) => !d || inZone(d.siteName, d.zoneName),
    'lie in domain.zoneName',
  ],
  [
    'domain.apiName',
    ({ domain: d }) => !d || inZone(d.apiName, d.zoneName),
    'lie in domain.zoneName',
  ],
  [
    'domain.apiName',
    ({ domain: d }) => d?.apiName !== d?.siteName || !d,
    'differ from domain.siteName',
  ],
  [
    'logRetentionDays',
    (s) => retentions.includes(s.logRetentionDays) && s.logRetentionDays < RetentionDays.INFINITE,
    'be a retention that CloudWatch Logs offers (1, 3, 5, 7, 14, 30, 60, 90, …)',
  ],
  ['throttle.rate', (s) => positive(s.throttle?.rate), 'be a whole number above 0'],
  ['throttle.burst', (s) => s.throttle?.burst >= s.throttle?.rate, 'be at least throttle.rate'],
  [
    'signIn.domainPrefix',
    ({ signIn }) =>
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(signIn?.domainPrefix) &&
      !/aws|amazon|cognito/.test(signIn.domainPrefix),
    'be 1–63 lower-case letters, digits and hyphens without aws, amazon or cognito',
  ],
  ['signIn.tier', (s) => ['essentials', 'plus'].includes(s.signIn?.tier), 'be essentials or plus'],
  [
    'signIn.mfa',
    (s) => ['off', 'optional', 'required'].includes(s.signIn?.mfa),
    'be off, optional or required',
  ],
  [
    'loadClients',
    (s) => Number.isInteger(s.loadClients) && s.loadClients >= 0,
    'be a whole number, 0 or more',
  ],
  [
    'breakGlassRole',
    (s) => s.breakGlassRole === undefined || /^[\w+=,.@/-]{1,128}$/.test(s.breakGlassRole),
    'be the name of a role (no ARN)',
  ],
  [
    'waf.ratePerAddress',
    ({ waf }) => !waf || (waf.ratePerAddress >= 10 && waf.ratePerAddress <= 2_000_000_000),
    'be 10–2,000,000,000 requests in five minutes (AWS WAF)',
  ],
  [
    'waf.ratePerAddress',
    ({ waf, throttle }) => !waf || waf.ratePerAddress >= throttle.rate * 300,
    'allow one address what throttle.rate allows for five minutes (load tests come from one)',
  ],
  [
    'healthCheck',
    (s) => s.domain || !s.healthCheck,
    'be false without a domain: the site is deployed first and knows no other name of the API',
  ],
  [
    'countries',
    (s) =>
      s.countries === undefined ||
      (s.countries.length > 0 && s.countries.every((c) => /^[A-Z]{2}$/.test(c))),
    'be two-letter country codes, at least one, or be left out',
  ],
  ['emails.page', (s) => areEMails(s.emails?.page), 'be a list of e-mail addresses'],
  ['emails.ticket', (s) => areEMails(s.emails?.ticket), 'be a list of e-mail addresses'],
  ['accountConcurrency', (s) => positive(s.accountConcurrency), 'be a whole number above 0'],
  ['logBytesPerHour', (s) => positive(s.logBytesPerHour), 'be a whole number of bytes above 0'],
  [
    'runbooksUrl',
    (s) => /^https:\/\/[^\s]+[^\s/]$/.test(s.runbooksUrl) && s.runbooksUrl.length <= 300,
    'be an https URL without a slash at the end',
  ],
  ['monthlyBudget', (s) => s.monthlyBudget > 0, 'be US dollars above 0'],
  ...(['gatewayLogRole', 'logSourceIps', 'keepData', 'canary', 'healthCheck'] as const).map(
    (name): Check => [name, (s) => typeof s[name] === 'boolean', 'be true or false'],
  ),
];

/** A stage record that cannot be deployed. Its message is one line that names the setting. */
export class StageSettingsError extends Error {
  override name = 'StageSettingsError';
}

/** @throws {StageSettingsError} for the first check that fails. */
export function checkStage(settings: StageSettings): StageSettings {
  for (const [setting, holds, must] of checks) {
    if (!holds(settings)) {
      throw new StageSettingsError(
        `stage ${settings.stage}: ${setting} must ${must}; it is ${read(settings, setting)}`,
      );
    }
  }
  return settings;
}

function read(settings: StageSettings, path: string): string {
  let value: unknown = settings;
  for (const key of path.split('.')) {
    value = (value as Record<string, unknown> | undefined)?.[key];
  }
  return JSON.stringify(value) ?? 'missing';
}

/**
 * Everything that may differ between two stages, in one record, and what each setting must be. One that is wrong or
 * contradicts another is one line that names it, never a failed deployment an hour later.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';

const retentions: readonly unknown[] = Object.values(RetentionDays);
const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

const text = (pattern: RegExp, must: string) => z.string(must).check(z.regex(pattern, must));
const number = (holds: (value: number) => boolean, must: string) =>
  z.number(must).check(z.refine(holds, must));
const isWhole = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
const count = number(isWhole(1), 'be a whole number above 0');
const group = <T extends Readonly<Record<string, z.ZodMiniType>>>(shape: T) =>
  z.strictObject(shape, 'be a record of its settings');
const flag = z.boolean('be true or false');
const listOf = (pattern: RegExp, must: string) => z.readonly(z.array(text(pattern, must), must));
const eMails = listOf(/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, 'be a list of e-mail addresses');

const domain = group({
  /** The public hosted zone that holds both names: `example.com` and its id. */
  zoneName: text(hostName, 'be a domain name'),
  zoneId: text(/^Z[A-Z0-9]{1,31}$/, 'be a hosted zone id'),
  /** `www.example.com` */
  siteName: text(hostName, 'be a domain name'),
  /** `api.example.com` */
  apiName: text(hostName, 'be a domain name'),
});

const record = group({
  stage: text(/^[a-z][a-z0-9]{1,15}$/, 'be 2–16 lower-case letters and digits'),
  /** Where the API lives; the web stack is always in us-east-1. */
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'be an AWS region such as eu-central-1'),
  /** Absent: CloudFront's and API Gateway's own names, and CORS open to every origin. */
  domain: z.optional(domain),
  /** Manara brings the account's API Gateway logging role; false where the account has one already. */
  gatewayLogRole: flag,
  logRetentionDays: number(
    (days) => retentions.includes(days) && days < RetentionDays.INFINITE,
    'be a retention that CloudWatch Logs offers (1, 3, 5, 7, 14, 30, 60, 90, …)',
  ),
  /** Write callers' addresses to the access log. */
  logSourceIps: flag,
  /** Requests per second and burst of each method. */
  throttle: group({ rate: count, burst: count }),
  signIn: group({
    /** `<prefix>.auth.<region>.amazoncognito.com`: must be free in the region. */
    domainPrefix: text(
      /^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'be 1–63 lower-case letters, digits and hyphens without aws, amazon or cognito',
    ),
    tier: z.enum(['essentials', 'plus'], 'be essentials or plus'),
    mfa: z.enum(['off', 'optional', 'required'], 'be off, optional or required'),
  }),
  /** Machine clients for load tests: each is an owner, so a partition, of its own. */
  loadClients: number(isWhole(0), 'be a whole number, 0 or more'),
  /** Name of the role that may read and repair data past the table's policy. */
  breakGlassRole: z.optional(text(/^[\w+=,.@/-]{1,128}$/, 'be the name of a role (no ARN)')),
  /** Tables, buckets and the user pool outlive the stack and refuse deletion. */
  keepData: flag,
  /** Web application firewall; `ratePerAddress` counts requests in five minutes. */
  waf: z.optional(
    group({
      ratePerAddress: number(
        (rate) => rate >= 10 && rate <= 2_000_000_000,
        'be 10–2,000,000,000 requests in five minutes (AWS WAF)',
      ),
    }),
  ),
  /** Only these countries reach the site (ISO 3166-1 alpha-2). */
  countries: z.optional(
    listOf(/^[A-Z]{2}$/, 'be two-letter country codes').check(
      z.refine((codes) => codes.length > 0, 'name a country, or be left out'),
    ),
  ),
  /** Shift 10 % of the traffic for five minutes and roll back on errors. */
  canary: flag,
  /** Route 53 health check of `/health`, from outside. */
  healthCheck: flag,
  emails: group({ page: eMails, ticket: eMails }),
  /** The account's limit of concurrent Lambda executions in the region (Service Quotas L-B99A9384). */
  accountConcurrency: count,
  /** Bytes that all log groups of the stage together may take in within an hour before a ticket is written. */
  logBytesPerHour: count,
  /** Where on-call finds `<alarm id>.md`: the repository's `runbooks/` as people open it. */
  runbooksUrl: text(/^https:\/\/\S{1,290}[^\s/]$/, 'be an https URL without a slash at the end'),
  /**
   * US dollars a month; the budget warns before it is spent. Without any traffic a stage costs about 35 (six boards 18, some
   * hundred alarm metrics and four composites 12, keys and metrics 5), firewalls and health check 20 more (list prices).
   */
  monthlyBudget: number((dollars) => dollars > 0, 'be US dollars above 0'),
});

export type StageSettings = Readonly<z.infer<typeof record>>;
export type DomainSettings = Readonly<z.infer<typeof domain>>;

const inZone = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

/** What a setting must be because of another, and whether it is. */
const agreements = ({ throttle, domain: names, waf, healthCheck }: StageSettings) =>
  ({
    'throttle.burst': ['be at least throttle.rate', throttle.burst >= throttle.rate],
    'domain.siteName': ['lie in domain.zoneName', !names || inZone(names.siteName, names.zoneName)],
    'domain.apiName': [
      'lie in domain.zoneName and differ from domain.siteName',
      !names || (inZone(names.apiName, names.zoneName) && names.apiName !== names.siteName),
    ],
    'waf.ratePerAddress': [
      'allow one address what throttle.rate allows for five minutes (load tests come from one)',
      !waf || waf.ratePerAddress >= throttle.rate * 300,
    ],
    healthCheck: [
      'be false without a domain: the site is deployed first and knows no other name of the API',
      names !== undefined || !healthCheck,
    ],
  }) as const;

/** A stage record that cannot be deployed. Its message is one line that names the setting. */
export class StageSettingsError extends Error {
  override name = 'StageSettingsError';
}

/** @throws {StageSettingsError} for the first thing that is wrong. */
export function checkStage(settings: StageSettings): StageSettings {
  const refuse = (setting: string, must: string): never => {
    const value = setting
      .split('.')
      .reduce((within: unknown, key) => Object(within)[key], settings);
    const is = JSON.stringify(value) ?? 'missing';
    throw new StageSettingsError(`stage ${settings.stage}: ${setting} must ${must}; it is ${is}`);
  };
  const [issue] = record.safeParse(settings).error?.issues ?? [];
  if (issue?.code === 'unrecognized_keys') {
    refuse([...issue.path, issue.keys[0]].join('.'), 'be left out: there is no such setting');
  }
  if (issue) {
    refuse(issue.path.filter((key) => typeof key === 'string').join('.'), issue.message);
  }
  for (const [setting, [must, holds]] of Object.entries(agreements(settings))) {
    if (!holds) refuse(setting, must);
  }
  return settings;
}

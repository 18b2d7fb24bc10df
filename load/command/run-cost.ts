/** What a run costs on a stage, roughly: list prices of us-east-1, other regions are up to a fifth dearer. */
import { mix } from '../journey/mix.ts';
import { type LoadPlan, virtualUsers } from '../profiles/load-plan.ts';

const writes = mix['put-item'] + mix['update-item'] + mix['delete-item'];

/** US dollars per million requests of the mix. Sources: the services' pricing pages, November 2026. */
const perMillion = {
  /** REST API, first 333 million a month. */
  apiGateway: 3.5,
  /** Request, and 15 ms of 256 MB on arm64. */
  lambda: 0.2 + 1e6 * 0.015 * 0.25 * 0.0000133334,
  /** On demand; a create writes its key's record and the item, then settles the key. */
  dynamodb: 0.125 * (1 - writes) + 0.625 * (writes + 2 * mix['put-item']),
  /** 900 bytes of access log and wide event, ingested. */
  logs: 1e6 * 900 * 1e-9 * 0.5,
  /** The share that the header samples. */
  xray: 0.05 * 5,
  firewall: 0.6,
} as const;

/** Cognito, machine to machine: per token. */
const perToken = 0.00225;
const tokenLifeSeconds = 3600;

export interface RunCost {
  readonly requests: number;
  readonly tokens: number;
  readonly dollars: number;
}

/** Each virtual user renews its own token once an hour; setup fetches one per client. */
export function runCost({ requests, seconds, rate }: LoadPlan, clients: number): RunCost {
  const renewals = Math.floor(seconds / tokenLifeSeconds) * virtualUsers(rate);
  const tokens = clients + renewals;
  const each = Object.values(perMillion).reduce((sum, price) => sum + price, 0) / 1e6;
  return { requests, tokens, dollars: requests * each + tokens * perToken };
}

export const costText = ({ requests, tokens, dollars }: RunCost): string =>
  `about ${requests.toLocaleString('en')} requests and ${tokens} tokens, ${dollars < 0.01 ? 'less than $0.01' : `$${dollars.toFixed(2)}`} at list price`;

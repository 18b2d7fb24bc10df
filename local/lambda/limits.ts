/** The limits of the Lambda service, and how long this machine keeps what nobody uses. Tests shorten them. */
import { availableParallelism, totalmem } from 'node:os';

export interface Limits {
  /** Concurrent executions of the account (default quota; AWS Lambda Developer Guide, "Lambda quotas"). */
  readonly accountConcurrency: number;
  /** Processes on this machine; further invocations wait. Default: what half of the memory holds at 100 MB each. */
  readonly maxEnvironments: number;
  /** Environments at work at once; further invocations wait. Default: two for each core. */
  readonly maxAtWork: number;
  /** Who has been at its invocation for longer waits for something else than a core. */
  readonly atWorkMs: number;
  /** While invocations wait: how often is looked whether the cores are idle … */
  readonly lookAgainMs: number;
  /** … which they are from this share of the time on: then as many more may be at work. */
  readonly idleShare: number;
  /** Time for init before it is repeated inside the invocation (same guide, "execution environment lifecycle"). */
  readonly initMs: number;
  /** AWS freezes at once; a short idleness keeps signals out of a busy environment's way. */
  readonly freezeAfterMs: number;
  /** AWS does not document when it lets an idle environment go. */
  readonly reapAfterMs: number;
  /** How often the memory of busy environments is looked at. */
  readonly memoryCheckMs: number;
  /** How long `close` waits for invocations in progress. */
  readonly closeGraceMs: number;
}

export const defaultLimits: Limits = {
  accountConcurrency: 1000,
  maxEnvironments: Math.ceil(totalmem() / 2 / 100e6),
  maxAtWork: 2 * availableParallelism(),
  atWorkMs: 1000,
  lookAgainMs: 100,
  idleShare: 0.5,
  initMs: 10_000,
  freezeAfterMs: 10,
  reapAfterMs: 10 * 60_000,
  memoryCheckMs: 100,
  closeGraceMs: 3000,
};

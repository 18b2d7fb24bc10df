/** What `npm run load -- …` was asked for. */
import { parseArgs } from 'node:util';
import { type Profile, type ProfileName, profiles } from '../profiles/profiles.ts';

export interface LoadRequest {
  readonly profile: ProfileName;
  /** `local`, a URL or a stage's name. */
  readonly target: string;
  readonly rate: number | undefined;
  readonly seconds: number | undefined;
  /** First of the local runtime's five ports. */
  readonly port: number;
  readonly region: string | undefined;
  /** Of a target that is a URL. */
  readonly signIn: string | undefined;
  readonly yes: boolean;
}

/** A command line, a machine or a target that cannot be used: one line that says what to do. */
export class UnusableError extends Error {
  override name = 'UnusableError';
}

const list = Object.entries(profiles as Record<string, Profile>)
  .map(([name, { about, rate, seconds }]) => {
    const size = `${rate}/s, ${durationText(seconds)}`;
    return `  ${name.padEnd(11)} ${size.padEnd(13)} ${about}`;
  })
  .join('\n');

export const usage = `npm run load -- <profile> [options]

${list}

  --target <where>    local (default), a deployed stage, or the URL of an API
  --rate <n>          requests a second at the peak
  --duration <t>      90s, 15m or 2h, besides the lead-in
  --port <base>       first port of the local runtime (default: 4000)
  --region <region>   of a stage, where cdk.out/ does not say it
  --sign-in <url>     of a URL: where tokens come from; LOAD_CLIENTS="id:secret …" holds the clients
  --yes               go on where a run costs money
  --help              print this

Needs k6 2 on the PATH, or its path in K6_BIN. Exit: k6's (0 held, 99 an objective broke, 105 stopped), 1 where both sides
disagree, 2 where nothing was run.`;

export function durationText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** @throws UnusableError */
export function parseCommandLine(argv: readonly string[]): LoadRequest | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help) return 'help';
  const [profile, ...others] = positionals;
  if (!isProfile(profile)) {
    const what = profile ? `there is no profile ${profile}` : 'name a profile';
    throw new UnusableError(`${what}: ${Object.keys(profiles).join(', ')}`);
  }
  if (others.length > 0) throw new UnusableError(`one profile at a time, not also ${others[0]}`);
  const { target, 'sign-in': signIn, region, yes } = values;
  if (!/^(https?:\/\/[^/\s]+(\/[^\s?#]*)?|[a-z][a-z0-9]*)$/.test(target)) {
    throw new UnusableError(`--target ${target}: give local, a stage or a URL without a query`);
  }
  return {
    profile,
    target: target.replace(/\/$/, ''),
    rate: values.rate === undefined ? undefined : number('--rate', values.rate, 1, 100_000),
    seconds: values.duration === undefined ? undefined : seconds(values.duration),
    port: number('--port', values.port, 1024, 65_531),
    region,
    signIn: signIn?.replace(/\/$/, ''),
    yes,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        target: { type: 'string', default: 'local' },
        rate: { type: 'string' },
        duration: { type: 'string' },
        port: { type: 'string', default: '4000' },
        region: { type: 'string' },
        'sign-in': { type: 'string' },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UnusableError(
      `${(error as Error).message.split('. ')[0]}; see npm run load -- --help`,
    );
  }
}

const isProfile = (name: string | undefined): name is ProfileName =>
  name !== undefined && Object.hasOwn(profiles, name);

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UnusableError(`${option} ${text}: give a whole number from ${min} to ${max}`);
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
/** Shorter and k6 has nothing to draw; longer than a day and what it made expires under it. */
const shortest = 5;
const longest = 24 * 3600;

function seconds(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smh])/g)];
  const total = parts.reduce(
    (sum, [, n, unit]) => sum + Number(n) * (unitSeconds[unit ?? ''] ?? 0),
    0,
  );
  if (parts.map(([part]) => part).join('') === text && total >= shortest && total <= longest)
    return total;
  throw new UnusableError(`--duration ${text}: give 5s to 24h, such as 90s, 15m or 1h30m`);
}

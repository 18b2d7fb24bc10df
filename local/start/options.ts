/** What `npm start -- …` was asked for. */
import { parseArgs } from 'node:util';
import { type Ports, portsFrom } from './ports.ts';

export interface StartOptions {
  readonly stage: string;
  readonly ports: Ports;
  /** How many times faster than real time the observability clock runs. */
  readonly speed: number;
  /** Forget what an earlier run left under `.local/`. */
  readonly fresh: boolean;
  /** Another DynamoDB engine instead of the embedded one. */
  readonly dynamodb: string | undefined;
}

export const usage = `npm start -- [options]
  --stage <stage>     which stage's template to run (default: dev)
  --port <base>       first of the five ports (default: 4000)
  --speed <n>         run the observability clock n times faster (default: 1)
  --fresh             start with an empty table and new keys
  --dynamodb <url>    use another DynamoDB engine, e.g. http://127.0.0.1:8000
  --help              print this`;

/** A wrong command line: one line for the user. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** @throws UsageError */
export function parseOptions(argv: readonly string[]): StartOptions | 'help' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (!/^[a-z][a-z0-9-]*$/.test(values.stage)) {
    throw new UsageError(`--stage ${values.stage}: a stage is named like dev, staging or prod`);
  }
  return {
    stage: values.stage,
    ports: portsFrom(numberIn('--port', values.port, 1024, 65_531)),
    speed: numberIn('--speed', values.speed, 1, 100_000),
    fresh: values.fresh,
    dynamodb: values.dynamodb === undefined ? undefined : engineUrl(values.dynamodb),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        stage: { type: 'string', default: 'dev' },
        port: { type: 'string', default: '4000' },
        speed: { type: 'string', default: '1' },
        fresh: { type: 'boolean', default: false },
        dynamodb: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; see npm start -- --help`);
  }
}

function numberIn(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`${option} ${text}: give a whole number from ${min} to ${max}`);
  }
  return value;
}

function engineUrl(text: string): string {
  if (!/^https?:\/\/[^/]+\/?$/.test(text)) {
    throw new UsageError(`--dynamodb ${text}: give a URL such as http://127.0.0.1:8000`);
  }
  return text;
}

/** `npm run cloudwatch -- <command> …`: an offline CloudWatch for the alarms of any CloudFormation template. */
import type { Command, Io } from './command.ts';
import { InputError } from './input-error.ts';
import { didYouMean } from './nearest-name.ts';
import { readingTable } from './readings.ts';

interface Entry {
  readonly usage: string;
  readonly purpose: string;
  /** Loaded when needed, so that each command starts fast. */
  readonly load: () => Promise<{ readonly run: Command }>;
}

const commands: Readonly<Record<string, Entry>> = {
  lint: {
    usage:
      'lint <template...> [--catalogue <file>] [--level error|warning|info] [--disable <rule>] [--rules] [--format text|json|junit]',
    purpose: 'alarms that can never fire or never be heard',
    load: () => import('./lint/command.ts'),
  },
  test: {
    usage:
      'test <template...> --scenario <file...> [--range doc|measured|both] [--strict-range] [--timeline] [--format text|json|junit]',
    purpose: 'what the alarms do in your scenarios, minute by minute',
    load: () => import('./scenario/command.ts'),
  },
  coverage: {
    usage:
      'coverage <template...> --scenario <file...> [--catalogue <file>] [--format text|json|junit]',
    purpose: 'alarms without a proof, and changes to alarms that no scenario notices',
    load: () => import('./coverage/command.ts'),
  },
  query: {
    usage: "query '<logs insights query>' --logs <file.ndjson> [--format text|json]",
    purpose: 'runs a Logs Insights query over log events',
    load: () => import('./insights/command.ts'),
  },
};

const readingNames = Object.entries(readingTable).map(
  ([name, { values }]) => `${name}=${values.join('|')}`,
);

const common = `Templates are CloudFormation, JSON or YAML; several are seen as one system.
  --parameter Name=value  a template's parameter        --region <region>  where it is deployed
  --reading name=value    another reading of what AWS does not document (test, coverage):
                          ${readingNames.join('\n                          ')}
Exit code: 0 clean, 1 findings or failures, 2 unusable input. Results are per AWS documentation.`;

const overview = () =>
  `Usage: npm run cloudwatch -- <command> …\n\n${Object.values(commands)
    .map(({ usage, purpose }) => `  ${usage}\n      ${purpose}\n`)
    .join('')}\n${common}\n`;

/** @returns the exit code; says everything through `io` and never throws */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(overview());
    return args.length === 0 ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const hint = didYouMean(name, Object.keys(commands));
    io.error(`There is no command '${name}'${hint ? `: ${hint}` : ''}\n\n`);
    io.error(overview());
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(`Usage: npm run cloudwatch -- ${command.usage}\n\n${command.purpose}\n\n${common}\n`);
    return 0;
  }
  try {
    return await (await command.load()).run(rest, io);
  } catch (error) {
    io.error(`${describe(error)}\n`);
    return 2;
  }
}

const describe = (error: unknown) =>
  error instanceof InputError
    ? error.message
    : `The ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)} was not foreseen: please report it with the input that caused it`;

if (import.meta.main) {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', () => process.exit());
  process.exitCode = await runCli(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    color: Boolean(process.stdout.isTTY) && !process.env['NO_COLOR'],
  });
}

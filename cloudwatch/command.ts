/** What the commands have in common: where they write, how their arguments are read, how they fail. */
import { parseArgs } from 'node:util';
import { InputError } from './input-error.ts';
import { didYouMean } from './nearest-name.ts';

export interface Io {
  /** Standard output: the result. */
  out(text: string): void;
  /** Standard error: what went wrong. */
  error(text: string): void;
  /** True on a terminal, unless NO_COLOR is set. */
  readonly color: boolean;
}

/** Runs one command. @returns 0 clean, 1 findings or failures, 2 unusable input. @throws InputError for 2 */
export type Command = (args: readonly string[], io: Io) => Promise<number>;

/** `flag` takes nothing, `one` a value, `many` all values up to the next option and may be repeated. */
export type OptionKinds = Readonly<Record<string, 'flag' | 'one' | 'many'>>;

export type Options<Kinds extends OptionKinds> = {
  readonly [Name in keyof Kinds]: Kinds[Name] extends 'flag'
    ? boolean
    : Kinds[Name] extends 'one'
      ? string | undefined
      : readonly string[];
};

/** @throws InputError for an option that is not in `kinds` or lacks its value */
export function readArguments<Kinds extends OptionKinds>(args: readonly string[], kinds: Kinds) {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { type: kind === 'flag' ? 'boolean' : 'string', multiple: kind === 'many' } as const,
    ]),
  );
  for (const argument of args) checkName(argument, kinds);
  try {
    const { values, positionals } = parseArgs({
      args: repeatMany(args, kinds),
      options,
      allowPositionals: true,
    });
    const filled = Object.entries(kinds).map(([name, kind]) => [
      name,
      values[name] ?? (kind === 'flag' ? false : kind === 'many' ? [] : undefined),
    ]);
    return { values: Object.fromEntries(filled) as Options<Kinds>, positionals };
  } catch (error) {
    throw new InputError('arguments', (error as Error).message.split(/\. |\n/)[0]!, { fix: help });
  }
}

const help = 'see --help';

function checkName(argument: string, kinds: OptionKinds): void {
  const name = /^--([^=]+)/.exec(argument)?.[1];
  if (name === undefined || Object.hasOwn(kinds, name)) return;
  throw new InputError('arguments', `there is no option --${name}`, {
    fix: didYouMean(name, Object.keys(kinds), (nearest) => `--${nearest}`) ?? help,
  });
}

/** `--scenario a b` means `--scenario a --scenario b`: a shell expands a glob to that. */
function repeatMany(args: readonly string[], kinds: OptionKinds): string[] {
  let many: string | undefined;
  return args.flatMap((argument, index) => {
    if (argument.startsWith('--')) {
      many = kinds[argument.slice(2)] === 'many' ? argument : undefined;
      return [argument];
    }
    const first = args[index - 1] === many;
    return many && !first ? [many, argument] : [argument];
  });
}

/** @throws InputError where the value is none of the choices */
export function choose<Choice extends string>(
  option: string,
  value: string | undefined,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const found = choices.find((choice) => choice === (value ?? choices[0]));
  if (found) return found;
  throw new InputError('arguments', `${option} cannot be '${value}'`, {
    fix: `choose ${choices.join(', ')}`,
  });
}

/** `Name=value` pairs, as `--parameter` takes them. @throws InputError for one without `=` */
export function readPairs(option: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new InputError('arguments', `${option} ${pair} has no value`, {
        fix: `write ${option} Name=value`,
      });
    }),
  );
}

/** Where templates go, as options of `openTemplates`. @throws InputError for what has not the form of a region */
export function readRegion(region: string | undefined): { readonly region?: string } {
  if (region === undefined) return {};
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return { region };
  throw new InputError('arguments', `--region ${region} is no region`, {
    fix: 'write it as in eu-west-1',
  });
}

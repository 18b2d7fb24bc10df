import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command's arguments, by node's parser. One that it does not know ends the command: one sentence, exit 2. */
export function readArguments<const Config extends ParseArgsConfig>(config?: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    // Further sentences are hints, garbled by the parser's own quotes.
    console.error((error as Error).message.split(/\. |\n/)[0]);
    return process.exit(2);
  }
}

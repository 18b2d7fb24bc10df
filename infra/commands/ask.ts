import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** A question on the terminal. Where nobody can answer (the input has ended, Ctrl-C), the answer is empty. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = once(terminal, 'close').then(() => '');
  try {
    return (await Promise.race([terminal.question(`${question} `), ended])).trim();
  } finally {
    terminal.close();
  }
}

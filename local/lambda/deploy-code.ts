/** Copies the functions' code out of the project, where neither its `package.json` nor its `node_modules` can be seen from it. */
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionModel } from './function-model.ts';

/** The caller removes `directory`; nothing else is in it. Throws where code cannot be read. */
export function deployCode(functions: readonly FunctionModel[]): {
  readonly directory: string;
  taskRootOf(fn: FunctionModel): string;
} {
  removeAbandoned();
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `lambda-${process.pid}-`)));
  const taskRootOf = ({ name }: FunctionModel) => join(directory, name);
  try {
    for (const fn of functions) cpSync(fn.codeDirectory, taskRootOf(fn), { recursive: true });
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw new Error(`The code of a function cannot be read: ${(error as Error).message}`);
  }
  return { directory, taskRootOf };
}

/** Copies of runtimes that were killed together with their keeper. */
function removeAbandoned() {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^lambda-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's
  }
}

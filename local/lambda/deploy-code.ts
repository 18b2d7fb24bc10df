/** Copies the functions' code out of the project, where neither its `package.json` nor its `node_modules` can be seen from it. */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionModel } from './function-model.ts';

/** The caller removes `directory`; nothing else is in it. */
export function deployCode(functions: readonly FunctionModel[]): {
  readonly directory: string;
  taskRootOf(fn: FunctionModel): string;
} {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'lambda-')));
  const taskRootOf = ({ name }: FunctionModel) => join(directory, name);
  try {
    for (const fn of functions) cpSync(fn.codeDirectory, taskRootOf(fn), { recursive: true });
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw new Error(`The code of a function cannot be read: ${(error as Error).message}`);
  }
  return { directory, taskRootOf };
}

/** Where k6 is, and how to get it where it is not. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnusableError } from './command-line.ts';

/** The version that the project is tested with, as `load/k6/go.mod` pins it. */
export const pinnedVersion = (): string =>
  /go\.k6\.io\/k6\/v2 (v[\d.]+)/.exec(
    readFileSync(join(import.meta.dirname, '../k6/go.mod'), 'utf8'),
  )?.[1] ?? 'latest';

const howToGet = () => `get k6 ${pinnedVersion()} or a later 2.x with one of
  brew install k6                                    (macOS)
  sudo apt-get install k6                            (Debian, with Grafana's repository: dl.k6.io/deb)
  winget install k6 --source winget                  (Windows)
  bash load/k6/install.sh <folder>                   (anywhere with Go 1.25; the same as go install go.k6.io/k6/v2@${pinnedVersion()})
or name it in K6_BIN`;

/**
 * @returns the command, and its version
 * @throws UnusableError where there is none, or an old one
 */
export function findK6(environment: NodeJS.ProcessEnv = process.env): {
  readonly command: string;
  readonly version: string;
} {
  const command = environment['K6_BIN'] || 'k6';
  const version = versionOf(command, environment);
  if (version === undefined) {
    throw new UnusableError(`There is no k6 at ${command}: ${howToGet()}`);
  }
  if (Number(version.split('.')[0]) < 2) {
    throw new UnusableError(
      `${command} is k6 ${version}, too old for these scripts: ${howToGet()}`,
    );
  }
  return { command, version };
}

function versionOf(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const { stdout } = spawnSync(command, ['version'], { encoding: 'utf8', env });
  return /^k6(?:\.exe)? v(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
}

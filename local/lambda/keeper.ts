/**
 * A tiny shell process that outlives us when we are killed with -9 and then ends every environment: a frozen or spinning
 * process cannot notice by itself that its supervisor is gone. It also removes the copies of the code.
 */
import { type ChildProcess, spawn } from 'node:child_process';

/** Reads `+<pid>` and `-<pid>`; at the end of its input it kills the process groups that are left. */
const script = `
pids=
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) pids="$pids $pid" ;;
    *) left=; for p in $pids; do [ "$p" = "$pid" ] || left="$left $p"; done; pids=$left ;;
  esac
done
for p in $pids; do kill -9 "-$p"; done
rm -rf "$1"
`;

export interface Keeper {
  watch(pid: number): void;
  release(pid: number): void;
  /** Ends it; it kills what is still watched and removes the directory. */
  close(): Promise<void>;
}

export function createKeeper(directory: string): Keeper {
  const watched = new Set<number>();
  let closed = false;
  let shell = start();

  function start(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', script, 'keeper', directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true, // a signal to our process group must not reach it
      env: {},
    });
    child.unref();
    child.stdin?.on('error', () => {}); // it died: 'exit' starts another
    child.on('exit', () => {
      if (closed) return;
      shell = start();
      for (const pid of watched) tell(`+${pid}`);
    });
    return child;
  }

  function tell(line: string) {
    shell.stdin?.write(`${line}\n`);
  }

  return {
    watch(pid) {
      watched.add(pid);
      tell(`+${pid}`);
    },
    release(pid) {
      watched.delete(pid);
      tell(`-${pid}`);
    },
    close: () =>
      new Promise((resolve) => {
        closed = true;
        shell.ref();
        shell.on('exit', () => resolve());
        shell.stdin?.end();
      }),
  };
}

/** The engine inside the runtime's process, and what becomes of it when the disk is full, the data damaged or in use. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, AwsError, internalServerError } from './aws-error.ts';
import { type Failure, hasOperation, openStore, perform, type Store } from './dynalite.ts';
import type { Engine } from './engine.ts';

export interface EmbeddedEngineOptions {
  readonly directory: string;
  readonly region: string;
  readonly account: string;
  /** Told in one sentence why calls are answered 500. */
  readonly report: (sentence: string) => void;
}

const retryAfterMs = 1000;
/** LevelDB writes what its log holds into table files when it opens. */
const roomToOpen = 8 * 1024 * 1024;

const onlyReads = /^(BatchGet|Get|Query|Scan|Describe|List)/;

/**
 * Opens the data directory, making it where it is missing.
 * @throws an Error of one line where the directory is in use by another process, damaged or cannot be written.
 */
export async function openEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  const { directory, report } = options;
  let store: Store | undefined = await open(options);
  let writable = true;
  let retryAt = 0;
  let reopening: Promise<void> | undefined;
  let closed = false;

  /**
   * After a failed write LevelDB's log may end in half a record, behind which later ones would be lost. So nothing is written
   * until the store was opened anew, with a new log; reads go on meanwhile.
   */
  const reopen = async () => {
    retryAt = Date.now() + retryAfterMs;
    await requireRoom(directory);
    const broken = store;
    store = undefined;
    await broken?.db.close();
    store = await open(options);
    writable = true;
    report(`DynamoDB: the data in ${directory} can be written again`);
  };
  const usableFor = async (operation: string): Promise<Store | undefined> => {
    await reopening;
    if (closed) return undefined; // a call that a fault held back meanwhile
    const usable = () => (writable || (store && onlyReads.test(operation)) ? store : undefined);
    if (!usable() && Date.now() >= retryAt) {
      reopening = reopen().catch(() => undefined);
      await reopening;
    }
    return usable();
  };
  const fail = (operation: string, error: Failure): Answer => {
    // dynalite stumbled over the input, an item nested thousands of levels deep, say: that is no fault of the store.
    const ofStore = !/^(Type|Range)Error$/.test(error.name);
    if (ofStore && !onlyReads.test(operation)) {
      if (writable) retryAt = Date.now() + retryAfterMs;
      writable = false;
    }
    report(`DynamoDB ${operation}: ${ofStore ? describe(error, directory) : error.message}`);
    return internalServerError();
  };
  return {
    async call(operation, input) {
      if (!hasOperation(operation)) {
        const message = `The embedded engine has no ${operation}`;
        return new AwsError('UnknownOperationException', message);
      }
      const usable = await usableFor(operation);
      if (!usable) return internalServerError();
      try {
        const body = await perform(usable, operation, input);
        // A write that another one's failure overtook may lie behind the half record.
        const lost = !writable && !onlyReads.test(operation);
        return lost ? internalServerError() : { status: 200, body };
      } catch (error) {
        const { statusCode, body = {} } = error as Failure;
        return statusCode ? { status: statusCode, body } : fail(operation, error as Failure);
      }
    },
    async close() {
      closed = true;
      await reopening;
      await store?.db.close();
    },
  };
}

async function requireRoom(directory: string): Promise<void> {
  const probe = join(directory, 'room-to-open');
  try {
    await writeFile(probe, Buffer.alloc(roomToOpen));
  } finally {
    await rm(probe, { force: true });
  }
}

async function open({ directory, region, account }: EmbeddedEngineOptions): Promise<Store> {
  try {
    await mkdir(directory, { recursive: true });
    return await openStore(directory, region, account);
  } catch (error) {
    throw new Error(describe(error as Failure, directory), { cause: error });
  }
}

function describe(error: Failure, directory: string): string {
  const cause = (error.cause ?? error) as Failure;
  if (cause.code === 'LEVEL_LOCKED') {
    return `the data in ${directory} is in use by another process: stop it first`;
  }
  const reason = cause.message.split('\n')[0];
  return /corrupt|no such file/i.test(`${cause.code} ${reason}`)
    ? `the data in ${directory} is damaged (${reason}): restore it, or start with --fresh`
    : `the data in ${directory} cannot be read or written (${reason})`;
}

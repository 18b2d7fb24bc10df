/**
 * dynalite on disk (LevelDB), called in-process: its own HTTP front would cost more than the operation, and its answer to a
 * storage error is to throw. What it lacks is added here: the item of a failed condition, taken under its lock on the key.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Answer, AwsError, internalServerError, type Json } from './aws-error.ts';
import type { Engine } from './engine.ts';

const require = createRequire(import.meta.url);

interface Store {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string, done: (error: Error | null, value?: unknown) => void): void;
    getSync(key: string): unknown;
  };
  readonly tableDb: { awsAccountId: string; awsRegion: string };
}

/** dynalite's way to answer an error. Anything without a status is a storage error. */
type Failure = Error & { readonly statusCode?: number; readonly body?: Json; code?: string };

type Action = (
  store: Store,
  input: Json,
  done: (error?: Failure | null, data?: Json) => void,
) => void;
type Validation = { readonly types: Json; readonly custom: unknown };

const db = require('dynalite/db') as {
  create(options: Json): Store;
  checkConditional(input: Json, existing?: Json): Failure | null | undefined;
};
const validations = require('dynalite/validations') as {
  checkTypes(input: Json, types: Json): Json;
  checkValidations(input: Json, types: Json, custom: unknown, store: Store): void;
};

interface Operation {
  readonly run: Action;
  readonly validation: Validation;
}

const load = (name: string): Operation => ({
  run: require(`dynalite/actions/${name}`),
  validation: require(`dynalite/validations/${name}`),
});

const operations = new Map(
  [
    'BatchGetItem',
    'BatchWriteItem',
    'CreateTable',
    'DeleteItem',
    'DeleteTable',
    'DescribeTable',
    'GetItem',
    'ListTables',
    'ListTagsOfResource',
    'PutItem',
    'Query',
    'Scan',
    'TagResource',
    'UntagResource',
    'UpdateItem',
    'UpdateTable',
  ].map((name) => [name, load(name.charAt(0).toLowerCase() + name.slice(1))] as const),
);

for (const name of ['PutItem', 'UpdateItem', 'DeleteItem']) {
  const types = operations.get(name)?.validation.types as Json;
  types['ReturnValuesOnConditionCheckFailure'] = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
}
const { checkConditional } = db;
db.checkConditional = (input, existing) => {
  const failure = checkConditional(input, existing);
  if (failure?.body && existing && input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD') {
    failure.body['Item'] = existing;
  }
  return failure;
};

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
  let store: Store | undefined = await openStore(options);
  let writable = true;
  let retryAt = 0;
  let reopening: Promise<void> | undefined;

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
    store = await openStore(options);
    writable = true;
    report(`DynamoDB: the data in ${directory} can be written again`);
  };
  const usableFor = async (operation: string): Promise<Store | undefined> => {
    await reopening;
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
      if (!operations.has(operation)) {
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
      await reopening;
      await store?.db.close();
    },
  };
}

/** @throws Failure */
const perform = (store: Store, operation: string, input: Json) =>
  new Promise<Json>((resolve, reject) => {
    const { run, validation } = operations.get(operation) as Operation;
    const checked = validations.checkTypes(input, validation.types);
    validations.checkValidations(checked, validation.types, validation.custom, store);
    run(store, checked, (error, data) => (error ? reject(error) : resolve(data || {})));
  });

async function requireRoom(directory: string): Promise<void> {
  const probe = join(directory, 'room-to-open');
  try {
    await writeFile(probe, Buffer.alloc(roomToOpen));
  } finally {
    await rm(probe, { force: true });
  }
}

/**
 * Reads a key without a trip through the thread pool, which costs more than the read; every operation starts with the table's description.
 * dynalite deletes a description that is no JSON: it must not learn what is wrong.
 */
const readAtOnce = ({ db }: Store): Store['db']['get'] =>
  function get(key, done) {
    let value: unknown;
    try {
      value = db.getSync(key);
    } catch (error) {
      const { code } = error as Failure;
      return done(code === 'LEVEL_DECODE_ERROR' ? new Error('corrupt value') : (error as Error));
    }
    done(null, value);
  };

async function openStore({ directory, region, account }: EmbeddedEngineOptions): Promise<Store> {
  try {
    await mkdir(directory, { recursive: true });
    const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const store = db.create({ path: directory, ...times });
    await store.db.open();
    store.db.get = readAtOnce(store);
    store.tableDb.awsAccountId = account;
    store.tableDb.awsRegion = region;
    return store;
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

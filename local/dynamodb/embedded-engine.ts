/**
 * dynalite on disk (LevelDB), called in-process: its own HTTP front would cost more than the operation, and its answer to a
 * storage error is to throw. What it lacks is added here: the item of a failed condition, taken under its lock on the key.
 */
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dataPlane } from './accesses.ts';
import { type Answer, internalServerError, type Json } from './aws-error.ts';
import type { Engine } from './engine.ts';

const require = createRequire(import.meta.url);

interface Store {
  readonly db: { open(): Promise<void>; close(): Promise<void> };
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

const load = (name: string) => ({
  run: require(`dynalite/actions/${name}`) as Action,
  validation: require(`dynalite/validations/${name}`) as Validation,
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

const reopenAfterMs = 1000;

/**
 * Opens the data directory, making it where it is missing.
 * @throws an Error of one line where the directory is in use by another process, damaged or cannot be written.
 */
export async function openEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  let store: Store | undefined = await openStore(options);
  let opening: Promise<void> | undefined;
  let reopenAt = 0;
  const fail = (error: Failure, operation: string) => {
    options.report(`DynamoDB ${operation}: ${describe(error, options.directory)}`);
    return internalServerError();
  };
  /** After a failed write LevelDB's log may end in half a record, behind which later ones are lost: start a new log. */
  const abandon = (broken: Store) => {
    if (store !== broken) return;
    store = undefined;
    reopenAt = Date.now() + reopenAfterMs;
    opening = broken.db.close().catch(() => undefined);
  };
  const reopen = async () => {
    await opening;
    if (store || Date.now() < reopenAt) return;
    reopenAt = Date.now() + reopenAfterMs;
    opening = openStore(options).then(
      (opened) => {
        store = opened;
      },
      (error) => options.report(error.message),
    );
    await opening;
  };
  return {
    async call(operation, input) {
      const known = operations.get(operation);
      if (!known) return unknownOperation;
      if (!store) await reopen();
      const current = store;
      if (!current) return internalServerError();
      return new Promise((resolve) => {
        const done = (error?: Failure | null, data: Json = {}) => {
          if (!error) return resolve({ status: 200, body: data });
          if (error.statusCode)
            return resolve({ status: error.statusCode, body: error.body ?? {} });
          if (dataPlane[operation] !== 'Read') abandon(current);
          resolve(fail(error, operation));
        };
        try {
          const { types, custom } = known.validation;
          const checked = validations.checkTypes(input, types);
          validations.checkValidations(checked, types, custom, current);
          known.run(current, checked, done);
        } catch (error) {
          done(error as Failure);
        }
      });
    },
    async close() {
      await opening;
      await store?.db.close();
      store = undefined;
      reopenAt = Number.POSITIVE_INFINITY;
    },
  };
}

const unknownOperation: Answer = {
  status: 400,
  body: { __type: 'com.amazon.coral.service#UnknownOperationException' },
};

async function openStore({ directory, region, account }: EmbeddedEngineOptions): Promise<Store> {
  try {
    await mkdir(directory, { recursive: true });
    const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
    const store = db.create({ path: directory, ...times });
    await store.db.open();
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

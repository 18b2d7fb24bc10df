/**
 * dynalite on LevelDB, called in-process: its own HTTP front would cost more than the operation, and its answer to a storage
 * error is to throw. What it lacks is added here: the item of a failed condition, taken under its lock on the key.
 */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { Json } from './aws-error.ts';

const require = createRequire(import.meta.url);

export interface Store {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string, done: (error: Error | null, value?: unknown) => void): void;
    getSync(key: string): unknown;
    keys(options: Json): AsyncIterable<string>;
    values(options: Json): AsyncIterable<unknown>;
    createKeyStream(options: Json): Readable;
    createValueStream(options: Json): Readable;
  };
  readonly tableDb: { awsAccountId: string; awsRegion: string };
}

/** dynalite's way to answer an error. Anything without a status is a storage error, or a mistake of dynalite. */
export type Failure = Error & {
  readonly statusCode?: number;
  readonly body?: Json;
  readonly code?: string;
};

interface Operation {
  readonly run: (
    store: Store,
    input: Json,
    done: (error?: Failure | null, data?: Json) => void,
  ) => void;
  readonly validation: { readonly types: Json; readonly custom: unknown };
}

const db = require('dynalite/db') as {
  create(options: Json): Store;
  checkConditional(input: Json, existing?: Json): Failure | null | undefined;
};
const validations = require('dynalite/validations') as {
  checkTypes(input: Json, types: Json): Json;
  checkValidations(input: Json, types: Json, custom: unknown, store: Store): void;
};

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
  ].map((name): readonly [string, Operation] => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    const validation = require(`dynalite/validations/${file}`);
    return [name, { run: require(`dynalite/actions/${file}`), validation }];
  }),
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

export const hasOperation = (name: string): boolean => operations.has(name);

/** @throws Failure */
export const perform = (store: Store, operation: string, input: Json) =>
  new Promise<Json>((resolve, reject) => {
    const { run, validation } = operations.get(operation) as Operation;
    const checked = validations.checkTypes(input, validation.types);
    validations.checkValidations(checked, validation.types, validation.custom, store);
    run(store, checked, (error, data) => (error ? reject(error) : resolve(data || {})));
  });

/** @throws Failure where the directory is in use, damaged or cannot be written. */
export async function openStore(directory: string, region: string, account: string) {
  const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const store = db.create({ path: directory, ...times });
  await store.db.open();
  store.db.get = readAtOnce(store);
  // dynalite's own streams never close their iterator, which keeps memory until the store is closed.
  store.db.createKeyStream = (options) => Readable.from(store.db.keys(options));
  store.db.createValueStream = (options) => Readable.from(store.db.values(options));
  store.tableDb.awsAccountId = account;
  store.tableDb.awsRegion = region;
  return store;
}

/**
 * Reads a key without a trip through the thread pool, which costs more than the read: every operation starts with the table's
 * description. dynalite deletes a description that is no JSON, so it must not learn what is wrong.
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

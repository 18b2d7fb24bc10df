/** Reads what a client sends, in a query string or a JSON body; what is wrong is one sentence that names the parameter. */
import { BadRequestError } from '../http/loopback-server.ts';

export type Json = Readonly<Record<string, unknown>>;

/** @throws BadRequestError */
export function fail(message: string): never {
  throw new BadRequestError(message);
}

type Readers = Readonly<Record<string, (text: string, name: string) => unknown>>;

/**
 * The parameters of a query string that are given, each through its reader. A name that has none is an error: a typing mistake
 * would quietly change the answer.
 */
export function readParameters<R extends Readers>(
  { searchParams }: URL,
  readers: R,
): { readonly [Name in keyof R]?: ReturnType<R[Name]> } {
  const entries = [...searchParams].map(([name, text]) => {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    const known = Object.keys(readers).join(', ');
    return [name, read ? read(text, name) : fail(`There is no parameter ${name}, only ${known}`)];
  });
  return Object.fromEntries(entries);
}

/** ISO 8601: a date, or a date and a time with its zone. In ms since the epoch; undefined for any other text. */
export function instant(text: string): number | undefined {
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
  const time = iso.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

export const objectIn = (value: unknown, what: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : fail(`${what} must be a JSON object`);

/** Makes a reader of one member. */
const memberOf =
  <T>(is: (value: unknown) => value is T, what: string) =>
  (json: Json, name: string): T => {
    const value = json[name];
    return is(value) ? value : fail(`${name} must be ${what}`);
  };

export const textIn = memberOf((value) => typeof value === 'string', 'text');
export const numberIn = memberOf((value) => typeof value === 'number', 'a number');
export const booleanIn = memberOf((value) => typeof value === 'boolean', 'true or false');
export const arrayIn = memberOf((value): value is unknown[] => Array.isArray(value), 'an array');

/** An instant as AWS's JSON has it: ISO 8601 text or epoch seconds. Gives ms since the epoch. */
export const timeIn = (json: Json, name: string): number => {
  const value = json[name];
  const time = typeof value === 'number' ? value * 1000 : instant(String(value));
  return time ?? fail(`${name} must be ISO 8601 or epoch seconds`);
};

export const optional = <T>(json: Json, name: string, read: (json: Json, name: string) => T) =>
  json[name] === undefined || json[name] === null ? undefined : read(json, name);

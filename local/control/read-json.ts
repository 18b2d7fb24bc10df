/** Reads members of a JSON body; what is wrong is one sentence that names the member. */
import { BadRequestError } from '../http/loopback-server.ts';

export type Json = Readonly<Record<string, unknown>>;

/** @throws BadRequestError */
export function fail(message: string): never {
  throw new BadRequestError(message);
}

export const objectIn = (value: unknown, what: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : fail(`${what} must be a JSON object`);

export const textIn = (json: Json, name: string): string => {
  const value = json[name];
  return typeof value === 'string' ? value : fail(`${name} must be text`);
};

export const numberIn = (json: Json, name: string): number => {
  const value = json[name];
  return typeof value === 'number' ? value : fail(`${name} must be a number`);
};

export const arrayIn = (json: Json, name: string): readonly unknown[] => {
  const value = json[name];
  return Array.isArray(value) ? value : fail(`${name} must be an array`);
};

/** An instant as AWS's JSON has it: ISO 8601 text or epoch seconds. Gives ms since the epoch. */
export const timeIn = (json: Json, name: string): number => {
  const value = json[name];
  const time = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  return Number.isNaN(time) ? fail(`${name} must be ISO 8601 or epoch seconds`) : time;
};

export const optional = <T>(json: Json, name: string, read: (json: Json, name: string) => T) =>
  json[name] === undefined || json[name] === null ? undefined : read(json, name);

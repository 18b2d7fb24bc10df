/**
 * The functions and operators of Logs Insights that work on one event. Source: CloudWatch Logs user guide, "Boolean,
 * comparison, numeric, datetime, and other functions" and "Supported operations". Names are not case-sensitive.
 */
import { compare, display, isStructure, Timestamp, toNumber, toText, type Value } from './value.ts';

/** How many arguments a function takes. */
export interface Arity {
  /** As AWS writes it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
}

export interface ScalarFunction extends Arity {
  readonly apply: Apply;
}

export type Apply = (...values: Value[]) => Value;

export const truth = (value: boolean): Value => (value ? 1 : 0);

const numeric =
  (work: (...numbers: number[]) => number): Apply =>
  (...values) => {
    const numbers = values.map(toNumber);
    if (numbers.includes(null)) return null;
    const result = work(...(numbers as number[]));
    return Number.isFinite(result) ? result : null;
  };

const textual =
  (work: (...texts: string[]) => Value): Apply =>
  (...values) => {
    const texts = values.map(toText);
    return texts.includes(null) ? null : work(...(texts as string[]));
  };

/** A timestamp compares with no written date. */
function order(left: Value, right: Value): number {
  const isTime = left instanceof Timestamp || right instanceof Timestamp;
  const isDate = typeof left === 'string' || typeof right === 'string';
  return isTime && isDate ? Number.NaN : compare(left, right);
}

/** The order is NaN where the sides cannot be compared: all comparisons are false then. */
const ordered =
  (holds: (order: number) => boolean): Apply =>
  (left = null, right = null) =>
    truth(holds(order(left, right)));

const among =
  (wanted: boolean): Apply =>
  (value = null, ...items) =>
    truth(
      value !== null &&
        !isStructure(value) &&
        items.some((item) => order(value, item) === 0) === wanted,
    );

export const operators: ReadonlyMap<string, Apply> = new Map(
  Object.entries<Apply>({
    not: (value) => truth(value !== 1),
    and: (left, right) => truth(left === 1 && right === 1),
    or: (left, right) => truth(left === 1 || right === 1),
    '=': ordered((sign) => sign === 0),
    '!=': ordered((sign) => sign < 0 || sign > 0),
    '<': ordered((sign) => sign < 0),
    '<=': ordered((sign) => sign <= 0),
    '>': ordered((sign) => sign > 0),
    '>=': ordered((sign) => sign >= 0),
    in: among(true),
    'not in': among(false),
    negate: numeric((number) => 0 - number),
    '+': numeric((left, right) => left + right),
    '-': numeric((left, right) => left - right),
    '*': numeric((left, right) => left * right),
    '/': numeric((left, right) => left / right),
    '%': numeric((left, right) => left % right),
    '^': numeric((left, right) => left ** right),
  }),
);

/** `case(condition, value, …, otherwise)`; `if` is its shortest form. */
function choose(...values: Value[]): Value {
  for (let index = 0; index + 1 < values.length; index += 2) {
    if (values[index] === 1) return values[index + 1]!;
  }
  return values.length % 2 ? values.at(-1)! : null;
}

function parseJson(text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Value) : null;
  } catch {
    return null;
  }
}

/** Strips blanks, or any of the given characters. */
const trim = (left: boolean, right: boolean) =>
  textual((text, characters?: string) => {
    const isStripped = (point: string) =>
      characters === undefined ? point.trim() === '' : characters.includes(point);
    const points = [...text];
    const first = left ? points.findIndex((point) => !isStripped(point)) : 0;
    const last = right ? points.findLastIndex((point) => !isStripped(point)) : points.length - 1;
    return first < 0 ? '' : points.slice(first, last + 1).join('');
  });

/** Half away from zero, at so many decimals. How AWS rounds halves is not documented. */
const round = (number: number, decimals = 0) => {
  const scale = 10 ** decimals;
  return (Math.sign(number) * Math.round(Math.abs(number) * scale)) / scale;
};

function substring(text: string, from: string, length?: string): Value {
  const start = Number(from);
  const end = length === undefined ? undefined : start + Number(length);
  return [...text].slice(start, end).join('');
}

const many = Number.POSITIVE_INFINITY;

const table: readonly (readonly [string, least: number, most: number, Apply])[] = [
  ['abs', 1, 1, numeric(Math.abs)],
  ['ceil', 1, 1, numeric(Math.ceil)],
  ['floor', 1, 1, numeric(Math.floor)],
  ['round', 1, 2, numeric(round)],
  ['sqrt', 1, 1, numeric(Math.sqrt)],
  ['log', 1, 1, numeric(Math.log)],
  ['greatest', 1, many, numeric(Math.max)],
  ['least', 1, many, numeric(Math.min)],
  ['isPresent', 1, 1, (value) => truth(value !== null)],
  ['coalesce', 1, many, (...values) => values.find((value) => value !== null) ?? null],
  ['isEmpty', 1, 1, (value) => truth(value === null || value === '')],
  ['isBlank', 1, 1, (value = null) => truth(value === null || toText(value)?.trim() === '')],
  ['if', 2, 3, choose],
  ['case', 2, many, choose],
  ['strlen', 1, 1, textual((text) => [...text].length)],
  ['toLower', 1, 1, textual((text) => text.toLowerCase())],
  ['toUpper', 1, 1, textual((text) => text.toUpperCase())],
  ['trim', 1, 2, trim(true, true)],
  ['ltrim', 1, 2, trim(true, false)],
  ['rtrim', 1, 2, trim(false, true)],
  ['concat', 1, many, textual((...texts) => texts.join(''))],
  ['substr', 2, 3, textual(substring)],
  ['replace', 3, 3, textual((text, old, fresh) => text.replaceAll(old, () => fresh))],
  ['strcontains', 2, 2, textual((text, part) => truth(text.includes(part)))],
  ['startsWith', 2, 2, textual((text, part) => truth(text.startsWith(part)))],
  ['endsWith', 2, 2, textual((text, part) => truth(text.endsWith(part)))],
  ['jsonParse', 1, 1, textual(parseJson)],
  ['jsonStringify', 1, 1, (value = null) => (isStructure(value) ? display(value) : null)],
  ['toMillis', 1, 1, (value) => (value instanceof Timestamp ? value.millis : null)],
  ['fromMillis', 1, 1, (value) => (typeof value === 'number' ? new Timestamp(value) : null)],
];

/** By lower-case name. */
export const functions: ReadonlyMap<string, ScalarFunction> = new Map(
  table.map(([name, least, most, apply]) => [name.toLowerCase(), { name, least, most, apply }]),
);

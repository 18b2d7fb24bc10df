/**
 * The functions of Logs Insights that work on one event. Source: CloudWatch Logs user guide, "Boolean, comparison,
 * numeric, datetime, and other functions". Names are not case-sensitive.
 */
import { display, isStructure, Timestamp, toNumber, toText, type Value } from './value.ts';

export interface ScalarFunction {
  /** As AWS writes it. */
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly apply: Apply;
}

type Apply = (...values: Value[]) => Value;

const truth = (value: boolean): Value => (value ? 1 : 0);

const numeric =
  (work: (...numbers: number[]) => number): Apply =>
  (...values) => {
    const numbers = values.map(toNumber);
    if (numbers.some((number) => number === null)) return null;
    const result = work(...(numbers as number[]));
    return Number.isFinite(result) ? result : null;
  };

const textual =
  (work: (...texts: string[]) => Value): Apply =>
  (...values) => {
    const texts = values.map(toText);
    return texts.some((text) => text === null) ? null : work(...(texts as string[]));
  };

/** `case(condition, value, …, otherwise)`; `if` is its shortest form. */
function choose(...values: Value[]): Value {
  for (let index = 0; index + 1 < values.length; index += 2) {
    if (values[index] === 1) return values[index + 1] as Value;
  }
  return values.length % 2 ? (values.at(-1) as Value) : null;
}

function parseJson(text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value as Value) : null;
  } catch {
    return null;
  }
}

const isIn = (characters: string) => (character: string) => characters.includes(character);
const isBlank = (character: string) => character.trim() === '';

function trim(sides: { readonly left?: boolean; readonly right?: boolean }) {
  return textual((text, characters?: string) => {
    const strip = characters === undefined ? isBlank : isIn(characters);
    const points = [...text];
    let from = 0;
    let to = points.length;
    while (sides.left && from < to && strip(points[from] as string)) from += 1;
    while (sides.right && to > from && strip(points[to - 1] as string)) to -= 1;
    return points.slice(from, to).join('');
  });
}

const many = Number.POSITIVE_INFINITY;

/** Half away from zero, at so many decimals. How AWS rounds halves is not documented. */
const round = (number: number, decimals = 0) => {
  const scale = 10 ** decimals;
  return (Math.sign(number) * Math.round(Math.abs(number) * scale)) / scale;
};

const table: readonly (readonly [string, number, number, Apply])[] = [
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
  ['isBlank', 1, 1, (value) => truth(value === null || (toText(value) ?? 'x').trim() === '')],
  ['if', 2, 3, choose],
  ['case', 2, many, choose],
  ['strlen', 1, 1, textual((text) => [...text].length)],
  ['toLower', 1, 1, textual((text) => text.toLowerCase())],
  ['toUpper', 1, 1, textual((text) => text.toUpperCase())],
  ['trim', 1, 2, trim({ left: true, right: true })],
  ['ltrim', 1, 2, trim({ left: true })],
  ['rtrim', 1, 2, trim({ right: true })],
  ['concat', 1, many, textual((...texts) => texts.join(''))],
  ['substr', 2, 3, textual((text, from, length) => substring(text, from, length))],
  ['replace', 3, 3, textual((text, old, fresh) => text.replaceAll(old, () => fresh))],
  ['strcontains', 2, 2, textual((text, part) => truth(text.includes(part)))],
  ['startsWith', 2, 2, textual((text, part) => truth(text.startsWith(part)))],
  ['endsWith', 2, 2, textual((text, part) => truth(text.endsWith(part)))],
  ['jsonParse', 1, 1, textual(parseJson)],
  ['jsonStringify', 1, 1, (value) => (isStructure(value) ? display(value) : null)],
  ['toMillis', 1, 1, (value) => (value instanceof Timestamp ? value.millis : null)],
  ['fromMillis', 1, 1, (value) => (typeof value === 'number' ? new Timestamp(value) : null)],
];

function substring(text: string, from: string, length?: string): Value {
  const start = Number(from);
  const end = length === undefined ? undefined : start + Number(length);
  return [...text].slice(start, end).join('');
}

/** By lower-case name. */
export const functions: ReadonlyMap<string, ScalarFunction> = new Map(
  table.map(([name, least, most, apply]) => [name.toLowerCase(), { name, least, most, apply }]),
);

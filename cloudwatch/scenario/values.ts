/**
 * The values of a series: `datapoint[*repeat]`, separated by blanks. `_` is a missing datapoint, `7` one sample,
 * `3/100` sum and count, `{0:97,1:3}` a distribution of values and how often each was seen.
 */
import { type Distribution, distributionOf, statisticSet } from '../metrics/distribution.ts';

/** `problem` is for the message; `text` is the part that is wrong. */
export class ValuesError extends Error {
  override name = 'ValuesError';
}

/** Equal datapoints in a row. */
export interface Run {
  /** Undefined for missing ones. */
  readonly datapoint: Distribution | undefined;
  readonly repeat: number;
}

const number = '[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?';
const datapoint = new RegExp(
  `^(?:(_)|(${number})|(${number})/(${number})|\\{([^{}]*)\\})(?:\\*(\\d+))?$`,
);
const pair = new RegExp(`^\\s*(${number})\\s*:\\s*(${number})\\s*$`);

/** @throws ValuesError naming the datapoint that does not fit */
export function parseValues(text: string): readonly Run[] {
  const parts = text.match(/\{[^}]*\}\S*|\S+/g) ?? [];
  if (parts.length === 0) throw new ValuesError('there are no values');
  return parts.map(parseRun);
}

function parseRun(text: string): Run {
  const [whole, gap, single, sum, count, pairs, times = '1'] = datapoint.exec(text) ?? [];
  if (!whole) {
    throw new ValuesError(
      `'${shorten(text)}' is no datapoint: write _, 7, 3/100 or {0:97,1:3}, each with *repeat if it repeats`,
    );
  }
  const repeat = Number(times);
  if (repeat < 1) throw new ValuesError(`'${text}' repeats 0 times: leave it out`);
  if (gap) return { datapoint: undefined, repeat };
  if (single) return { datapoint: distributionOf([[finite(single), 1]]), repeat };
  if (sum) return { datapoint: statisticSet(finite(sum), wholeCount(text, count!)), repeat };
  return { datapoint: distributionOf(parsePairs(text, pairs!)), repeat };
}

const parsePairs = (text: string, pairs: string) =>
  pairs.split(',').map((each) => {
    const [, value, count] = pair.exec(each) ?? [];
    if (!value) throw new ValuesError(`'${each.trim()}' in '${text}' is not value:count`);
    return [finite(value), wholeCount(text, count!)] as const;
  });

function finite(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new ValuesError(`${text} is too large`);
}

function wholeCount(text: string, count: string): number {
  const value = Number(count);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ValuesError(
    `'${text}': the count ${count} must be a whole number above 0 (write _ for a minute without data)`,
  );
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

/**
 * Values of Logs Insights: dynamically typed, never an error. What cannot be computed is null, and a comparison with
 * null is false. Sources: CloudWatch Logs user guide, "Boolean, comparison, numeric, datetime, and other functions", "sort".
 */

/** A point in time; only @timestamp and the date functions make them. */
export class Timestamp {
  readonly millis: number;
  constructor(millis: number) {
    this.millis = millis;
  }
  toString(): string {
    return new Date(this.millis).toISOString().replace('T', ' ').slice(0, -1);
  }
}

/** A map or list, as `jsonParse` makes them. */
export type Structure = Readonly<Record<string, unknown>> | readonly unknown[];

/** Truth is the number 1, untruth 0: that is also how JSON's booleans arrive (aws-powertools/powertools-lambda-dotnet#667). */
export type Value = string | number | null | Timestamp | Structure;

export const isStructure = (value: Value): value is Structure =>
  typeof value === 'object' && value !== null && !(value instanceof Timestamp);

export function fromJson(value: unknown): Value {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === undefined ? null : (value as Value);
}

const numeral = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** Texts that look like numbers count as numbers: `parse` yields texts only. */
export function toNumber(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return numeral.test(value) ? Number(value) : null;
  return value instanceof Timestamp ? value.millis : null;
}

/** Structures and null have no text. */
export function toText(value: Value): string | null {
  if (typeof value === 'string') return value;
  return value === null || isStructure(value) ? null : String(value);
}

/** What a result shows: structures as JSON. */
export const display = (value: Value): string | number | null => {
  if (typeof value === 'number') return value;
  return isStructure(value) ? JSON.stringify(value) : toText(value);
};

/** Negative, 0 or positive; NaN where the two cannot be compared, so that every comparison is false. */
export function compare(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const numbers = [toNumber(left), toNumber(right)] as const;
  if (numbers[0] !== null && numbers[1] !== null) return numbers[0] - numbers[1];
  const texts = [toText(left), toText(right)] as const;
  if (texts[0] === null || texts[1] === null) return Number.NaN;
  return texts[0] === texts[1] ? 0 : texts[0] < texts[1] ? -1 : 1;
}

const chunks = /\d+|[A-Za-z]+|[^\dA-Za-z]+/g;
const digits = /^\d/;

/**
 * The order of `sort`: what is no number before numbers; in texts, runs of digits by length, then value. Where null
 * stands is not documented: here it is the empty text, so it comes last in a descending sort.
 */
export function naturalOrder(left: Value, right: Value): number {
  const numbers = [toNumber(left), toNumber(right)] as const;
  if (numbers[0] !== null && numbers[1] !== null) return numbers[0] - numbers[1];
  if (numbers[0] !== null || numbers[1] !== null) return numbers[0] === null ? -1 : 1;
  const [ours, theirs] = [left, right].map((value) => String(display(value) ?? '').match(chunks));
  for (const [index, chunk] of (ours ?? []).entries()) {
    const order = compareChunks(chunk, theirs?.[index]);
    if (order) return order;
  }
  return (ours?.length ?? 0) - (theirs?.length ?? 0);
}

function compareChunks(left: string, right: string | undefined): number {
  if (right === undefined) return 1;
  if (digits.test(left) && digits.test(right) && left.length !== right.length) {
    return left.length - right.length;
  }
  return left === right ? 0 : left < right ? -1 : 1;
}

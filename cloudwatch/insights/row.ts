/** Rows of a query: a log event whose fields are discovered when they are asked for, or what `stats` made. */
import { platformFields, textFields } from './lambda-fields.ts';
import type { FieldPath } from './query.ts';
import { fromJson, isStructure, Timestamp, type Value } from './value.ts';

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The raw line. */
  readonly message: string;
  readonly logStream?: string;
  readonly logGroup?: string;
  /** Milliseconds since the epoch; the timestamp where it is not known. */
  readonly ingestionTime?: number;
}

/** CloudWatch Logs discovers this many fields of a JSON event; the rest can only be had by `parse`. */
const maxFields = 200;
/** Deeper than any log line; hostile ones do not exhaust the stack. */
const maxDepth = 100;

type Json = Readonly<Record<string, unknown>>;

const system: Readonly<Record<string, (event: LogEvent) => Value>> = {
  '@message': ({ message }) => message,
  '@timestamp': ({ timestamp }) => new Timestamp(timestamp),
  '@ingestionTime': ({ ingestionTime, timestamp }) => new Timestamp(ingestionTime ?? timestamp),
  '@logStream': ({ logStream }) => logStream ?? null,
  '@log': ({ logGroup }) => logGroup ?? null,
};

export class Row {
  /** Absent in what `stats` made. */
  readonly event: LogEvent | undefined;
  /** What the query computed. */
  #computed: Map<string, Value> | undefined;
  #json: Json | null | undefined;
  #discovered: ReadonlyMap<string, unknown> | undefined;

  constructor(event?: LogEvent) {
    this.event = event;
  }

  set(name: string, value: Value): void {
    this.#computed ??= new Map();
    this.#computed.set(name, value);
  }

  get({ name, segments }: FieldPath): Value {
    const [first, ...more] = segments;
    const own = this.#computed?.get(name);
    if (own !== undefined) return own;
    const parent = more.length > 0 ? this.#computed?.get(first!) : undefined;
    if (parent !== undefined) return isStructure(parent) ? fromJson(member(parent, more)) : null;
    return this.event ? this.#ofEvent(this.event, name) : null;
  }

  #ofEvent(event: LogEvent, name: string): Value {
    if (name.startsWith('@') && !name.startsWith('@@')) return this.#systemField(event, name);
    const json = this.#parsed(event);
    if (!json) return null;
    // A field whose own name begins with @ is asked for with one more.
    const found = this.#discover(event, json, name.startsWith('@@') ? name.slice(1) : name);
    return typeof found === 'object' ? null : fromJson(found);
  }

  #systemField(event: LogEvent, name: string): Value {
    const field = system[name];
    if (field) return field(event);
    const json = event.message.startsWith('{') ? this.#parsed(event) : null;
    return (json ? platformFields(json) : textFields(event.message))[name] ?? null;
  }

  #parsed(event: LogEvent): Json | null {
    if (this.#json === undefined) this.#json = parseJson(event);
    return this.#json;
  }

  #discover({ message }: LogEvent, json: Json, name: string): unknown {
    if (!mayExceed(message)) return lookUp(json, name);
    this.#discovered ??= flatten(json);
    return this.#discovered.get(name);
  }
}

/** Every field but the first follows a comma, so few commas mean few fields. */
function mayExceed(message: string): boolean {
  if (message.length < 2 * maxFields) return false;
  let commas = 0;
  for (let at = message.indexOf(','); at >= 0; at = message.indexOf(',', at + 1)) {
    if (++commas >= maxFields) return true;
  }
  return false;
}

const own = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;

/** Keys may hold dots themselves: `{"a.b": {"c": 1}}` has the field a.b.c. */
function lookUp(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const whole = own(value, name);
  if (whole !== undefined) return whole;
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    const found = lookUp(own(value, name.slice(0, dot)), name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function flatten(json: Json): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  const walk = (value: unknown, name: string, depth: number) => {
    if (fields.size >= maxFields || depth > maxDepth) return;
    if (typeof value !== 'object' || value === null) {
      fields.set(name, value);
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      walk(item, name ? `${name}.${key}` : key, depth + 1);
    }
  };
  walk(json, '', 0);
  return fields;
}

function member(value: unknown, segments: readonly string[]): unknown {
  return segments.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? own(parent, key) : undefined),
    value,
  );
}

/** A whole JSON line; in Lambda's lines also the first JSON object within the text. */
function parseJson({ message, logGroup }: LogEvent): Json | null {
  if (message.startsWith('{')) return tryJson(message);
  const brace = message.indexOf('{');
  const isLambda = logGroup?.startsWith('/aws/lambda/') || Object.keys(textFields(message)).length;
  return brace >= 0 && isLambda ? firstObject(message.slice(brace)) : tryJson(message.trimStart());
}

function tryJson(text: string): Json | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function firstObject(text: string): Json | null {
  const whole = tryJson(text);
  if (whole) return whole;
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:\\.|[^"\\])*"|[{}]/gs)) {
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    if (depth === 0) return tryJson(text.slice(0, index + token.length));
  }
  return null;
}

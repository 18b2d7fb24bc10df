/** Reads YAML nodes with their lines, so that every complaint can name the place. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml';
import { InputError } from '../input-error.ts';
import { nearestName } from '../nearest-name.ts';
import { parseDuration } from './duration.ts';

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  /** Where aliases (`*name`) are looked up. */
  readonly document: Document;
}

/** One value of a document. */
export class YamlValue {
  readonly #source: Source;
  readonly #node: Node | null | undefined;
  /** How messages name it. */
  readonly name: string;
  readonly file: string;
  readonly line: number;

  constructor(source: Source, node: unknown, name: string, line = 1) {
    this.#source = source;
    this.#node = (isAlias(node) ? node.resolve(source.document) : node) as Node | null | undefined;
    this.name = name;
    this.file = source.file;
    const offset = this.#node?.range?.[0];
    this.line = offset === undefined ? line : source.lines.linePos(offset).line;
  }

  fail(problem: string, fix?: string): never {
    throw new InputError(this.file, problem, { line: this.line, fix });
  }

  get exists(): boolean {
    return this.#node !== undefined && this.#node !== null;
  }

  /** What `read` makes of it, or something else where it is absent. */
  or<Read, Other>(otherwise: Other, read: (value: YamlValue) => Read): Read | Other {
    return this.exists ? read(this) : otherwise;
  }

  /** A text, number or truth value, as it is written. */
  text(): string {
    const node = this.#node;
    if (!isScalar(node) || node.value === null) return this.#mustBe('a text');
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }

  /** Seconds. */
  duration(): number {
    const text = this.text();
    return parseDuration(text) ?? this.fail(`'${text}' is no duration`, 'write 90s, 70m, 6h or 3d');
  }

  items(): readonly YamlValue[] {
    if (!isSeq(this.#node)) return this.#mustBe('a list');
    return this.#node.items.map(
      (item, index) => new YamlValue(this.#source, item, `${this.name}[${index}]`, this.line),
    );
  }

  /** The members, of which only these names may occur. */
  members<const Name extends string>(names: readonly Name[]): Readonly<Record<Name, YamlValue>> {
    const map = this.#map();
    for (const { key } of map.items) {
      const given = nameOf(key);
      if ((names as readonly string[]).includes(given)) continue;
      const nearest = nearestName(given, names);
      new YamlValue(this.#source, key, given, this.line).fail(
        `${this.name} cannot have '${given}'`,
        nearest ? `did you mean '${nearest}'?` : `choose from ${names.join(', ')}`,
      );
    }
    const members = names.map((name) => [name, this.#member(map, name)]);
    return Object.fromEntries(members) as Record<Name, YamlValue>;
  }

  /** A map of texts. */
  texts(): Readonly<Record<string, string>> {
    const map = this.#map();
    const names = map.items.map(({ key }) => nameOf(key));
    return Object.fromEntries(names.map((name) => [name, this.#member(map, name).text()]));
  }

  #map(): YAMLMap {
    return isMap(this.#node) ? this.#node : this.#mustBe('a map');
  }

  #member(map: YAMLMap, name: string) {
    return new YamlValue(this.#source, map.get(name, true), name, this.line);
  }

  #mustBe(what: string): never {
    return this.exists
      ? this.fail(`${this.name} must be ${what}`)
      : this.fail(`${this.name} is missing`, `add ${this.name}:`);
  }
}

const nameOf = (key: unknown) => String(isScalar(key) ? key.value : key);

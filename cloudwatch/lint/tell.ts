/** What templates tell of a value, part by part: what cannot be resolved does not hide the rest. */
import { ifKnown } from '../template/intrinsics.ts';
import { isRecord } from '../template/parse-template.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';

/** What stands for a value that is there and that the templates do not tell. */
export const unknown = Symbol('unknown');

/** A resolved property; undefined where it is absent, `unknown` where it cannot be resolved. */
export const tell = (resource: TemplateResource, property: string): unknown =>
  ifKnown(
    () => resource.property(property),
    () => unknown,
  );

/** A value with `unknown` in the place of each part that cannot be resolved. */
export function tellParts(templates: TemplateSet, file: string, raw: unknown): unknown {
  const partsOf = (value: unknown): unknown =>
    ifKnown(
      () => templates.resolve(file, value, file),
      () => {
        if (Array.isArray(value)) return value.map(partsOf).filter((part) => part !== undefined);
        if (!isRecord(value) || Object.keys(value).some(isFunction)) return unknown;
        return Object.fromEntries(
          Object.entries(value).map(([name, part]) => [name, partsOf(part)]),
        );
      },
    );
  return partsOf(raw);
}

export interface Told {
  /** As it is written. */
  readonly raw: unknown;
  /** As far as it is known. */
  readonly value: unknown;
}

/** The items of a list; undefined where the list is not known. */
export function tellItems(tellRaw: (raw: unknown) => unknown, raw: unknown) {
  const items = Array.isArray(raw) ? raw : (tellRaw(raw) ?? []);
  if (!Array.isArray(items)) return undefined;
  return items
    .map((item: unknown): Told => ({ raw: item, value: tellRaw(item) }))
    .filter(({ value }) => value !== undefined);
}

const isFunction = (name: string) => name === 'Ref' || name.startsWith('Fn::');

/** A text that is known. */
export const text = (value: unknown): string | undefined =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;

/** A number that is known, also where it is written as text. */
export const number = (value: unknown): number | undefined => {
  const known = text(value);
  return known === undefined || Number.isNaN(Number(known)) ? undefined : Number(known);
};

/** An account's number where the template's place tells it. */
export const accountOf = ({ file }: TemplateResource, { files }: TemplateSet) =>
  files.find((each) => each.file === file)?.account;

/** What the work yields, or the error of one of the kinds that it throws. */
export function attempt<T, E extends Error>(
  work: () => T,
  ...kinds: readonly (new (
    ...args: never[]
  ) => E)[]
): T | E {
  try {
    return work();
  } catch (error) {
    if (kinds.some((kind) => error instanceof kind)) return error as E;
    throw error;
  }
}

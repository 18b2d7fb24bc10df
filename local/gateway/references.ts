/** How resources of an API refer to one another and to headers. */
import type { Properties, Resource, Stage } from '../template/resource.ts';

/** @throws Error where the reference leads nowhere */
export function required(stage: Stage, from: Resource, ref: string, property: string): Resource {
  const found = stage.find(ref);
  if (!found) throw new Error(`${from.type} ${from.logicalId}: ${property} names nothing (${ref})`);
  return found;
}

/** What `$ref`s and methods call a model. */
export const modelName = (model: Resource): string => model.properties.Name ?? model.ref;

/** `<prefix>NAME: expression` → pairs. */
export const headerMappings = (parameters: Properties = {}, prefix: string) =>
  Object.entries(parameters)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, expression]): [string, string] => [key.slice(prefix.length), expression]);

export const mapOf = (
  properties: Properties = {},
  value: (from: string) => string = (from) => from,
): ReadonlyMap<string, string> =>
  new Map(Object.entries(properties).map(([key, from]) => [key, value(from)]));

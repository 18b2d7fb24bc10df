/** Several templates seen as one deployed system: resources with physical ids, properties resolved when asked for. */
import { InputError } from '../input-error.ts';
import { FileScope } from './file-scope.ts';
import { ifKnown, UnresolvedError } from './intrinsics.ts';
import type { TemplateFile } from './parse-template.ts';
import type { OpenOptions, TemplateResource, TemplateSet } from './template-set.ts';

/** @throws InputError for a parameter that no template has, or a condition that decides which resources there are. */
export function openTemplates(
  files: readonly TemplateFile[],
  options: OpenOptions = {},
): TemplateSet {
  for (const name of Object.keys(options.parameters ?? {})) {
    if (!files.some(({ body }) => body.Parameters?.[name])) {
      throw new InputError('--parameter', `no template has a parameter ${name}`, {
        fix: 'see the Parameters of the templates',
      });
    }
  }
  const scopes: FileScope[] = [];
  for (const file of files) scopes.push(new FileScope(file, options, scopes));
  const resources = scopes.flatMap((scope) =>
    scope.resources.filter((resource) =>
      ifKnown(
        () => scope.isDeployed(resource),
        ({ place, reason }) => {
          throw new InputError(place, reason);
        },
      ),
    ),
  );
  const byLogicalId = firstOf(resources, ({ logicalId }) => [logicalId]);
  // A resource whose name cannot be resolved has none to be found by.
  const physicalIds = (each: TemplateResource) => ifKnown(() => [each.ref, each.arn]) ?? [];
  let byPhysicalId: ReadonlyMap<string, TemplateResource> | undefined;
  return {
    files,
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    byLogicalId: (logicalId) => byLogicalId.get(logicalId),
    byPhysicalId: (id) => {
      byPhysicalId ??= firstOf(resources, physicalIds);
      return byPhysicalId.get(id);
    },
    resolve: (file, value, place) => {
      const scope = scopes[files.findIndex((each) => each.file === file)];
      if (!scope) throw new UnresolvedError(place, `no template ${file} was given`);
      return scope.resolve(value, place);
    },
  };
}

/** The resources by their keys; of several with one key, the first. */
const firstOf = (
  resources: readonly TemplateResource[],
  keysOf: (resource: TemplateResource) => readonly string[],
): ReadonlyMap<string, TemplateResource> =>
  new Map(resources.flatMap((each) => keysOf(each).map((key) => [key, each] as const)).reverse());

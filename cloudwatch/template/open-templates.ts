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
  const byLogicalId = Map.groupBy(resources, ({ logicalId }) => logicalId);
  let byPhysicalId: ReadonlyMap<string, readonly TemplateResource[]> | undefined;
  return {
    files,
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    byLogicalId: (logicalId) => byLogicalId.get(logicalId)?.[0],
    byPhysicalId: (id, ...types) => {
      byPhysicalId ??= physicalIds(resources);
      const named = byPhysicalId.get(id);
      return types.length ? named?.find(({ type }) => types.includes(type)) : named?.[0];
    },
    resolve: (file, value, place) => {
      const scope = scopes[files.findIndex((each) => each.file === file)];
      if (!scope) throw new UnresolvedError(place, `no template ${file} was given`);
      return scope.resolve(value, place);
    },
  };
}

/** Resources by what `Ref` or an ARN attribute yields. One whose name cannot be resolved has none to be found by. */
function physicalIds(resources: readonly TemplateResource[]) {
  const found = new Map<string, TemplateResource[]>();
  for (const resource of resources) {
    for (const id of new Set(ifKnown(() => [resource.ref, resource.arn]))) {
      found.set(id, [...(found.get(id) ?? []), resource]);
    }
  }
  return found;
}

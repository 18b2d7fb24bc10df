/** Several templates seen as one deployed system: resources with physical ids, properties resolved when asked for. */
import { InputError } from '../input-error.ts';
import { FileScope, type OtherStacks } from './file-scope.ts';
import { UnresolvedError } from './intrinsics.ts';
import type { TemplateFile } from './parse-template.ts';
import type { OpenOptions, TemplateResource, TemplateSet } from './template-set.ts';

/** @throws InputError for a parameter that no template has. */
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
  const scopes = new Map<string, FileScope>();
  const stacks: OtherStacks = {
    exported(name, place) {
      for (const scope of scopes.values()) {
        const output = scope.exportNamed(name);
        if (output) return scope.resolve(output.Value, place);
      }
      throw new UnresolvedError(place, `no template given here exports ${name}`);
    },
    output(stackName, name, place) {
      const scope = [...scopes.values()].find((candidate) => candidate.stackName === stackName);
      const output = scope?.output(name);
      if (scope && output) return scope.resolve(output.Value, place);
      throw new UnresolvedError(
        place,
        `no template given here is stack ${stackName} with an output ${name}`,
      );
    },
  };
  for (const file of files) scopes.set(file.file, new FileScope(file, options, stacks));

  const resources = [...scopes.values()].flatMap((scope) => scope.deployed());
  const byId = new Map<string, TemplateResource>();
  const byPhysical = new Map<string, TemplateResource>();
  for (const resource of resources) {
    if (!byId.has(resource.logicalId)) byId.set(resource.logicalId, resource);
  }
  let indexed = false;
  const index = () => {
    if (indexed) return;
    indexed = true;
    for (const resource of resources) {
      for (const id of physicalIds(resource)) {
        if (!byPhysical.has(id)) byPhysical.set(id, resource);
      }
    }
  };
  return {
    files,
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    byLogicalId: (logicalId) => byId.get(logicalId),
    byPhysicalId: (id) => {
      index();
      return byPhysical.get(id);
    },
    resolve: (file, value, place) => {
      const scope = scopes.get(file);
      if (!scope) throw new UnresolvedError(place, `no template ${file} was given`);
      return scope.resolve(value, place);
    },
  };
}

/** A resource whose name cannot be resolved has none to be found by. */
function physicalIds(resource: TemplateResource): readonly string[] {
  try {
    return [resource.ref, resource.arn];
  } catch (error) {
    if (error instanceof UnresolvedError) return [];
    throw error;
  }
}

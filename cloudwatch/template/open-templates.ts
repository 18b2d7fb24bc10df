/** Several templates seen as one deployed system: resources with physical ids, properties resolved when asked for. */
import { InputError } from '../input-error.ts';
import { FileScope, type OtherStacks } from './file-scope.ts';
import { UnresolvedError } from './intrinsics.ts';
import type { ResourceBody, TemplateFile } from './parse-template.ts';
import type { Identifiable } from './physical-id.ts';

export interface TemplateResource extends Identifiable {
  readonly file: string;
  /** The construct path (`aws:cdk:path`), for templates made by CDK. */
  readonly path: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Where it is deployed, where the files or `--region` say so. */
  readonly region: string | undefined;
  /** What `Ref` yields. */
  readonly ref: string;
  readonly arn: string;
  /** A resolved property, or undefined where it is absent. @throws UnresolvedError naming the place */
  property(name: string): unknown;
  /** All properties as written. */
  readonly body: ResourceBody;
  /** Every property resolved. @throws UnresolvedError */
  properties(): Readonly<Record<string, unknown>>;
}

export interface TemplateSet {
  readonly files: readonly TemplateFile[];
  /** Resources whose condition holds, in the order of the files. */
  readonly resources: readonly TemplateResource[];
  ofType(...types: readonly string[]): readonly TemplateResource[];
  /** By logical id; where several templates share one, the first. */
  byLogicalId(logicalId: string): TemplateResource | undefined;
  /** By what `Ref` or an ARN attribute yields. */
  byPhysicalId(refOrArn: string): TemplateResource | undefined;
  /** Resolves a template's value, for instance an output's. @throws UnresolvedError */
  resolve(file: string, value: unknown, place: string): unknown;
}

/** Overrides what a reference yields (the local runtime hands out ids of its own); undefined falls back to the default. */
export type Identify = (resource: TemplateResource, attribute: string) => string | undefined;

export interface OpenOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly account?: string;
  readonly partition?: string;
  readonly identify?: Identify;
}

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

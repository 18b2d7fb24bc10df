/** Several templates seen as one deployed system: resources with physical ids, properties resolved when asked for. */
import { InputError } from '../input-error.ts';
import { resolveValue, type Scope, UnresolvedError } from './intrinsics.ts';
import type { OutputBody, ResourceBody, TemplateFile } from './parse-template.ts';
import { attribute, type Identifiable, type Place, physicalId } from './physical-id.ts';

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

/** AWS's own example account, for templates that do not say where they go. */
const exampleAccount = '111122223333';
const fallbackRegion = 'us-east-1';
const maxNestedReferences = 50;

/** Types of parameters whose default names a stored value and is not the value itself. */
const storedParameter = /^AWS::SSM::Parameter::Value/;
const listParameter = /^(CommaDelimitedList|List<)/;

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
  const exported = (name: string, place: string): unknown => {
    for (const scope of scopes.values()) {
      const output = scope.exportNamed(name);
      if (output) return scope.resolve(output.Value, place);
    }
    throw new UnresolvedError(place, `no template given here exports ${name}`);
  };
  for (const file of files) scopes.set(file.file, new FileScope(file, options, exported));

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

/** One template's scope: its parameters, conditions, mappings and resources. */
class FileScope implements Scope {
  readonly #file: TemplateFile;
  readonly #options: OpenOptions;
  readonly #exported: (name: string, place: string) => unknown;
  readonly #resources = new Map<string, TemplateResource>();
  readonly #conditions = new Map<string, boolean>();
  readonly #place: Place;
  readonly #isSam: boolean;
  #depth = 0;

  constructor(
    file: TemplateFile,
    options: OpenOptions,
    exported: (name: string, place: string) => unknown,
  ) {
    this.#file = file;
    this.#options = options;
    this.#exported = exported;
    this.#isSam = JSON.stringify(file.body.Transform ?? '').includes('AWS::Serverless');
    this.#place = {
      partition: options.partition ?? 'aws',
      region: file.region ?? options.region ?? fallbackRegion,
      account: file.account ?? options.account ?? exampleAccount,
    };
    for (const [logicalId, body] of Object.entries(file.body.Resources)) {
      this.#resources.set(logicalId, this.#open(logicalId, body));
    }
  }

  get region() {
    return this.#place.region;
  }

  deployed(): readonly TemplateResource[] {
    return [...this.#resources.values()].filter(({ body, logicalId }) =>
      body.Condition ? this.condition(body.Condition, this.#at(logicalId, 'Condition')) : true,
    );
  }

  resolve(value: unknown, place: string): unknown {
    return this.#nested(place, () => {
      const resolved = resolveValue(value, this, place);
      return typeof resolved === 'symbol' ? undefined : resolved;
    });
  }

  /** Names and conditions may refer to each other in a circle; it ends here, not at the end of the stack. */
  #nested<T>(place: string, work: () => T): T {
    if (this.#depth >= maxNestedReferences) {
      throw new UnresolvedError(place, 'the references run in a circle');
    }
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  exportNamed(name: string): OutputBody | undefined {
    return Object.values(this.#file.body.Outputs ?? {}).find(
      (output) =>
        output.Export && this.resolve(output.Export.Name, `${this.#file.file}: Outputs`) === name,
    );
  }

  ref(name: string, place: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, place);
    if (this.#file.body.Parameters?.[name]) return this.#parameter(name, place);
    return this.#named(name, place)?.ref ?? name;
  }

  attribute(logicalId: string, name: string, place: string): unknown {
    const resource = this.#named(logicalId, place);
    if (!resource) return `${logicalId}.${name}`;
    return this.#options.identify?.(resource, name) ?? attribute(resource, name, this.#place);
  }

  condition(name: string, place: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.#file.body.Conditions?.[name];
    if (definition === undefined)
      throw new UnresolvedError(place, `there is no condition named ${name}`);
    const value = this.#nested(place, () =>
      typeof definition === 'object' && definition !== null && 'Condition' in definition
        ? this.condition(String(definition.Condition), place)
        : this.resolve(definition, `${this.#file.file}: Conditions.${name}`) === true,
    );
    this.#conditions.set(name, value);
    return value;
  }

  mapping(map: string, first: string, second: string): unknown {
    const maps = this.#file.body.Mappings as
      | Record<string, Record<string, Record<string, unknown>>>
      | undefined;
    return maps?.[map]?.[first]?.[second];
  }

  importValue(name: string, place: string): unknown {
    return this.#exported(name, place);
  }

  /** Undefined for the resources that SAM makes by itself (`ServerlessRestApi` …): they stand for themselves. */
  #named(logicalId: string, place: string): TemplateResource | undefined {
    const resource = this.#resources.get(logicalId);
    if (resource || this.#isSam) return resource;
    throw new UnresolvedError(
      place,
      `there is no resource or parameter named ${logicalId} in this template`,
    );
  }

  #parameter(name: string, place: string): unknown {
    const { Type, Default } = this.#file.body.Parameters?.[name] ?? { Type: 'String' };
    const given =
      this.#options.parameters?.[name] ?? (storedParameter.test(Type) ? undefined : Default);
    if (given === undefined) {
      throw new UnresolvedError(
        place,
        `the parameter ${name} has no default: give --parameter ${name}=…`,
      );
    }
    return listParameter.test(Type)
      ? String(given)
          .split(',')
          .map((item) => item.trim())
      : given;
  }

  #pseudoParameter(name: string, place: string): unknown {
    const { partition, region, account } = this.#place;
    const stack = this.#file.stackName ?? this.#file.file.replace(/^.*\//, '').split('.')[0] ?? '';
    const values: Record<string, unknown> = {
      'AWS::Partition': partition,
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::StackName': stack,
      'AWS::StackId': `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/0`,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::NotificationARNs': [],
    };
    if (!Object.hasOwn(values, name)) throw new UnresolvedError(place, `${name} is not modelled`);
    return values[name];
  }

  #at(logicalId: string, property: string) {
    return `${this.#file.file}: ${logicalId}.${property}`;
  }

  #open(logicalId: string, body: ResourceBody): TemplateResource {
    const scope = this;
    const path = body.Metadata?.['aws:cdk:path'];
    const resource: TemplateResource = {
      file: this.#file.file,
      logicalId,
      type: body.Type,
      path: typeof path === 'string' ? path : undefined,
      metadata: body.Metadata ?? {},
      region: this.#file.region ?? this.#options.region,
      body,
      get ref() {
        return scope.#options.identify?.(resource, 'Ref') ?? physicalId(resource, scope.#place);
      },
      get arn() {
        return (
          scope.#options.identify?.(resource, 'Arn') ?? attribute(resource, 'Arn', scope.#place)
        );
      },
      property: (name) =>
        body.Properties?.[name] === undefined
          ? undefined
          : scope.resolve(body.Properties[name], scope.#at(logicalId, name)),
      properties: () =>
        (scope.resolve(body.Properties ?? {}, scope.#at(logicalId, 'Properties')) ?? {}) as Record<
          string,
          unknown
        >,
    };
    return resource;
  }
}

/** What the references of one template mean: its parameters, conditions, mappings, resources and the other stacks' exports. */
import { resolveValue, type Scope, UnresolvedError } from './intrinsics.ts';
import type { OutputBody, ResourceBody, TemplateFile } from './parse-template.ts';
import { attribute, type Place, physicalId } from './physical-id.ts';
import type { OpenOptions, TemplateResource } from './template-set.ts';

/** AWS's own example account, for templates that do not say where they go. */
const exampleAccount = '111122223333';
const fallbackRegion = 'us-east-1';
const maxNestedReferences = 50;

/** Types of parameters whose default names a stored value and is not the value itself. */
const storedParameter = /^AWS::SSM::Parameter::Value/;
const listParameter = /^(CommaDelimitedList|List<)/;

/** What the other templates that were given say. */
export interface OtherStacks {
  exported(name: string, place: string): unknown;
  output(stackName: string, name: string, place: string): unknown;
}

export class FileScope implements Scope {
  readonly #file: TemplateFile;
  readonly #options: OpenOptions;
  readonly #stacks: OtherStacks;
  readonly #resources = new Map<string, TemplateResource>();
  readonly #conditions = new Map<string, boolean>();
  readonly #place: Place;
  readonly #isSam: boolean;
  #depth = 0;

  constructor(file: TemplateFile, options: OpenOptions, stacks: OtherStacks) {
    this.#file = file;
    this.#options = options;
    this.#stacks = stacks;
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

  get stackName(): string {
    return this.#file.stackName ?? this.#file.file.replace(/^.*\//, '').split('.')[0] ?? '';
  }

  output(name: string): OutputBody | undefined {
    return this.#file.body.Outputs?.[name];
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
    return this.#stacks.exported(name, place);
  }

  stackOutput(stackName: string, output: string, place: string): unknown {
    return this.#stacks.output(stackName, output, place);
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
    const stack = this.stackName;
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

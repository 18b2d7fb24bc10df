/** What the references of one template mean: its parameters, conditions, mappings, resources and the other stacks' exports. */
import {
  DanglingReferenceError,
  ifKnown,
  noValue,
  resolveValue,
  type Scope,
  UnresolvedError,
} from './intrinsics.ts';
import { isRecord, type ResourceBody, type TemplateFile } from './parse-template.ts';
import { attribute, type Place } from './physical-id.ts';
import type { OpenOptions, TemplateResource } from './template-set.ts';

/** AWS's own example account, for templates that do not say where they go. */
const exampleAccount = '111122223333';
const fallbackRegion = 'us-east-1';
/** Regions outside the partition `aws`. Source: AWS general reference, ARNs. */
const partitions = { 'aws-cn': /^cn-/, 'aws-us-gov': /^us-gov-/ };

/** Values in values and references in references: deeper than any template, shallower than the stack. */
const maxDepth = 200;

/** Types of parameters whose default names a stored value and is not the value itself. */
const storedParameter = /^AWS::SSM::Parameter::Value/;
const listParameter = /^(CommaDelimitedList|List<)/;

const fail = (place: string, reason: string): never => {
  throw new UnresolvedError(place, reason);
};

export class FileScope implements Scope {
  readonly place: Place;
  readonly stackName: string;
  readonly resources: readonly TemplateResource[];
  readonly #file: TemplateFile;
  readonly #options: OpenOptions;
  /** Every template that was given, this one too. */
  readonly #all: readonly FileScope[];
  readonly #byId: ReadonlyMap<string, TemplateResource>;
  readonly #conditions = new Map<string, boolean>();
  readonly #isSam: boolean;
  #depth = 0;

  constructor(file: TemplateFile, options: OpenOptions, all: readonly FileScope[]) {
    this.#file = file;
    this.#options = options;
    this.#all = all;
    this.#isSam = JSON.stringify(file.body.Transform ?? '').includes('AWS::Serverless');
    const region = file.region ?? options.region ?? fallbackRegion;
    const [partition] = Object.entries(partitions).find(([, prefix]) => prefix.test(region)) ?? [];
    this.place = { partition: partition ?? 'aws', region, account: file.account ?? exampleAccount };
    this.stackName = file.stackName ?? file.file.replace(/^.*\//, '').split('.')[0] ?? '';
    this.resources = Object.entries(file.body.Resources).map(([id, body]) => this.#open(id, body));
    this.#byId = new Map(this.resources.map((resource) => [resource.logicalId, resource]));
  }

  /** True where the resource has no condition, or one that holds. */
  isDeployed({ body, logicalId }: TemplateResource): boolean {
    return !body.Condition || this.condition(body.Condition, this.#at(logicalId, 'Condition'));
  }

  resolve(value: unknown, place: string): unknown {
    const resolved = this.nested(place, () => resolveValue(value, this, place));
    return resolved === noValue ? undefined : resolved;
  }

  /** Names and conditions may refer to each other in a circle; it ends here, not at the end of the stack. */
  nested<T>(place: string, work: () => T): T {
    if (this.#depth >= maxDepth) return fail(place, 'the references run in a circle');
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  ref(name: string, place: string): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, place);
    if (this.#file.body.Parameters?.[name]) return this.#parameter(name, place);
    return this.#named(name, place)?.ref ?? name;
  }

  attribute(logicalId: string, name: string, place: string): unknown {
    const resource = this.#named(logicalId, place);
    return resource ? this.#attribute(resource, name) : `${logicalId}.${name}`;
  }

  condition(name: string, place: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const definition = this.#file.body.Conditions?.[name];
    if (definition === undefined) return fail(place, `there is no condition named ${name}`);
    const value = this.nested(place, () =>
      isRecord(definition) && 'Condition' in definition
        ? this.condition(String(definition['Condition']), place)
        : this.resolve(definition, `${this.#file.file}: Conditions.${name}`) === true,
    );
    this.#conditions.set(name, value);
    return value;
  }

  mapping(...path: readonly [map: string, first: string, second: string]): unknown {
    return path.reduce<unknown>(
      (part, key) => (isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined),
      this.#file.body.Mappings,
    );
  }

  importValue(name: string, place: string): unknown {
    for (const scope of this.#all) {
      for (const output of Object.values(scope.#file.body.Outputs ?? {})) {
        const exported = () => scope.resolve(output.Export?.Name, `${scope.#file.file}: Outputs`);
        if (output?.Export && ifKnown(exported) === name) return scope.resolve(output.Value, place);
      }
    }
    return fail(place, `no template given here exports ${name}`);
  }

  stackOutput(stackName: string, name: string, place: string): unknown {
    const scope = this.#all.find((each) => each.stackName === stackName);
    const output = scope ? scope.#file.body.Outputs?.[name] : undefined;
    return scope && output
      ? scope.resolve(output.Value, place)
      : fail(place, `no template given here is stack ${stackName} with an output ${name}`);
  }

  /** Undefined for the resources that SAM makes by itself (`ServerlessRestApi` …): they stand for themselves. */
  #named(logicalId: string, place: string): TemplateResource | undefined {
    const resource = this.#byId.get(logicalId);
    if (resource || this.#isSam) return resource;
    const problem = `there is no resource or parameter named ${logicalId} in this template`;
    // A macro may make it.
    if (this.#file.body.Transform !== undefined) return fail(place, problem);
    throw new DanglingReferenceError(place, problem);
  }

  #attribute = (resource: TemplateResource, name: string): string =>
    this.#options.identify?.(resource, name) ?? attribute(resource, name, this.place);

  #parameter(name: string, place: string): unknown {
    const { Type, Default } = this.#file.body.Parameters?.[name] ?? { Type: 'String' };
    const given =
      this.#options.parameters?.[name] ?? (storedParameter.test(Type) ? undefined : Default);
    if (given === undefined) {
      return fail(place, `the parameter ${name} has no default: give --parameter ${name}=…`);
    }
    const items = () => String(given).split(',');
    return listParameter.test(Type) ? items().map((item) => item.trim()) : given;
  }

  #pseudoParameter(name: string, place: string): unknown {
    const { partition, region, account } = this.place;
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
    return Object.hasOwn(values, name) ? values[name] : fail(place, `${name} is not modelled`);
  }

  #at(logicalId: string, property: string) {
    return `${this.#file.file}: ${logicalId}.${property}`;
  }

  #open(logicalId: string, body: ResourceBody): TemplateResource {
    const { file, region } = this.#file;
    const at = this.#attribute;
    const path = body.Metadata?.['aws:cdk:path'];
    const resource: TemplateResource = {
      file,
      logicalId,
      type: body.Type,
      path: typeof path === 'string' ? path : undefined,
      metadata: body.Metadata ?? {},
      region: region ?? this.#options.region,
      body,
      get ref() {
        return at(resource, 'Ref');
      },
      get arn() {
        return at(resource, 'Arn');
      },
      property: (name) => this.resolve(body.Properties?.[name], this.#at(logicalId, name)),
      properties: () =>
        (this.resolve(body.Properties, this.#at(logicalId, 'Properties')) ?? {}) as ReturnType<
          TemplateResource['properties']
        >,
    };
    return resource;
  }
}

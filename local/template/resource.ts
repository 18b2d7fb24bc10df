/** The deployed stage as the runtime sees it: every resource of every template, intrinsics resolved, with local physical ids. */
// biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are open; each reader checks what it takes
export type Properties = Readonly<Record<string, any>>;

export interface Resource {
  /** The stack's short name: `Api`, `Account`, … */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` yields: the physical id (a function's or table's name, a REST API's id, an alias's ARN …). */
  readonly ref: string;
  /** The ARN, where the type has one. */
  readonly arn?: string;
  readonly properties: Properties;
}

export interface Stage {
  /** `dev`, `staging`, `prod`. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** Absolute path of `cdk.out/<stage>`; assets lie in it. */
  readonly directory: string;
  readonly resources: readonly Resource[];
  ofType(type: string): readonly Resource[];
  /** The resource that a resolved property points at, by its `ref` or its ARN. */
  find(refOrArn: string): Resource | undefined;
  /** Absolute path of the code asset of a resource (from its `aws:asset:path` metadata). */
  assetPath(resource: Resource): string;
}

/** Something on the request path that the runtime does not model: it refuses to start, naming it. */
export class NotEmulatedError extends Error {
  override name = 'NotEmulatedError';
  constructor(resource: Pick<Resource, 'logicalId' | 'type'>, what: string) {
    super(
      `${resource.type} ${resource.logicalId}: ${what} is not emulated; remove it from the template or teach local/ to do it`,
    );
  }
}

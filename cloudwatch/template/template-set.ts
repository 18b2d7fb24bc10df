/** What `openTemplates` gives and takes: the words in which everything else speaks of templates. */
import type { ResourceBody, TemplateFile } from './parse-template.ts';

export interface TemplateResource {
  readonly file: string;
  readonly logicalId: string;
  readonly type: string;
  /** The construct path (`aws:cdk:path`), for templates made by CDK. */
  readonly path: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Where it is deployed, where the files or `--region` say so. */
  readonly region: string | undefined;
  /** What `Ref` yields. @throws UnresolvedError */
  readonly ref: string;
  /** @throws UnresolvedError */
  readonly arn: string;
  /** A resolved property, or undefined where it is absent. @throws UnresolvedError naming the place */
  property(name: string): unknown;
  /** Everything as written. */
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
  /** By what `Ref` or an ARN attribute yields; resources of other types may share a name. */
  byPhysicalId(refOrArn: string, ...types: readonly string[]): TemplateResource | undefined;
  /** Resolves a template's value, for instance an output's. @throws UnresolvedError */
  resolve(file: string, value: unknown, place: string): unknown;
}

/** Overrides what a reference yields (the local runtime hands out ids of its own); undefined falls back to the default. */
export type Identify = (resource: TemplateResource, attribute: string) => string | undefined;

export interface OpenOptions {
  /** Where templates go that do not say so. */
  readonly region?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly identify?: Identify;
}

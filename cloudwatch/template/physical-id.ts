/**
 * What a resource will be called once it is deployed, as far as the template tells: the explicit name where there is
 * one, else a stand-in that is unique within the templates. Alarms, scenarios and lints only compare these.
 */
import { readFileSync } from 'node:fs';
import type { TemplateResource } from './template-set.ts';

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

interface Naming {
  /** The property that holds the name. */
  readonly name: string;
  /** The ARN's part after the account, `*` standing for the name. */
  readonly arn?: string;
  /** `Ref` yields the ARN, not the name. */
  readonly refIsArn?: true;
  readonly service?: string;
  /** S3's and IAM's ARNs leave out region or account. */
  readonly global?: 'region' | 'both';
}

/** Return values of `Ref` and `Fn::GetAtt Arn`: CloudFormation template reference, page of each type. */
const namings: ReadonlyMap<string, Naming> = new Map(
  Object.entries(JSON.parse(readFileSync(new URL('./namings.data.json', import.meta.url), 'utf8'))),
);

/** Attributes that are the resource's name under another word. */
const nameAttributes = new Set(['QueueName', 'TopicName', 'Name', 'BucketName', 'FunctionName']);

/** What `Fn::GetAtt` yields, or `Ref` for the name `Ref`. */
export function attribute(resource: TemplateResource, name: string, place: Place): string {
  const { type, logicalId } = resource;
  if (name === 'Version' && type === 'AWS::Lambda::Version') return '1';
  const refIsArn = namings.get(type)?.refIsArn || /^AWS::Lambda::(Alias|Version)$/.test(type);
  if (/arn$/i.test(name) || (name === 'Ref' && refIsArn)) return arnOf(resource, place);
  return name === 'Ref' || nameAttributes.has(name) ? nameOf(resource) : `${logicalId}.${name}`;
}

function nameOf(resource: TemplateResource): string {
  const naming = namings.get(resource.type);
  const name = naming && resource.property(naming.name);
  return typeof name === 'string' ? name : resource.logicalId;
}

function arnOf(resource: TemplateResource, { partition, region, account }: Place): string {
  const { type } = resource;
  if (type === 'AWS::Lambda::Alias' || type === 'AWS::Lambda::Version') {
    const named = String(resource.property('FunctionName'));
    const name = named.startsWith('arn:') ? named.split(':')[6] : named;
    const qualifier = type === 'AWS::Lambda::Alias' ? String(resource.property('Name')) : '1';
    return `arn:${partition}:lambda:${region}:${account}:function:${name}:${qualifier}`;
  }
  const [, ownService = 'unknown'] = type.toLowerCase().split('::');
  const { arn = '*', service = ownService, global }: Partial<Naming> = namings.get(type) ?? {};
  // Only the first star is the name: a log group's ARN ends in a star of its own.
  const named = arn.replace('*', () => nameOf(resource));
  const [where, whose] = [global ? '' : region, global === 'both' ? '' : account];
  return ['arn', partition, service, where, whose, named].join(':');
}

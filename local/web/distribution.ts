/** The template's CloudFront distribution, as far as a viewer sees it. What it needs and is not done here is refused by name. */
import {
  NotEmulatedError,
  type Properties,
  type Resource,
  type Stage,
} from '../template/resource.ts';
import { compileViewerFunction, type ViewerFunction } from './viewer-function.ts';

export interface Distribution {
  readonly rootObject: string;
  readonly compress: boolean;
  readonly headers: readonly PolicyHeader[];
  readonly viewerRequest?: ViewerFunction;
  /** What is answered in place of the bucket's 403, if anything. */
  readonly errorPages: readonly { readonly status: number; readonly path: string }[];
}

/** A header of the response headers policy; without `override` only where the origin has not set it. */
export interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

/** What a resource is refused for, where it holds any of it. */
const refused = {
  distribution: ['CacheBehaviors', 'OriginGroups'],
  behaviour: ['LambdaFunctionAssociations'],
  policy: ['CorsConfig', 'RemoveHeadersConfig', 'ServerTimingHeadersConfig'],
} as const;

function refuse(resource: Resource, what: keyof typeof refused, config: Properties): void {
  const held = refused[what].find((name) => Object.keys(config[name] ?? {}).length > 0);
  if (held) throw new NotEmulatedError(resource, held);
}

/**
 * Reads the distribution, if the template has one.
 * @throws NotEmulatedError
 */
export function readDistribution(stage: Stage): Distribution | undefined {
  const [resource, second] = stage.ofType('AWS::CloudFront::Distribution');
  if (second) throw new NotEmulatedError(second, 'a second distribution');
  if (!resource) return undefined;
  const config: Properties = resource.properties.DistributionConfig;
  const behaviour: Properties = config.DefaultCacheBehavior;
  refuse(resource, 'distribution', config);
  refuse(resource, 'behaviour', behaviour);
  const foreign = config.Origins?.find(({ S3OriginConfig }: Properties) => !S3OriginConfig);
  if (foreign) {
    throw new NotEmulatedError(resource, `the origin ${foreign.Id}, which is no bucket,`);
  }
  const denied = (config.CustomErrorResponses ?? []).filter(
    ({ ErrorCode, ResponsePagePath }: Properties) => Number(ErrorCode) === 403 && ResponsePagePath,
  );
  const viewerRequest = readFunction(stage, resource, behaviour.FunctionAssociations);
  return {
    rootObject: config.DefaultRootObject ?? '',
    compress: behaviour.Compress === true,
    headers: readHeaders(stage, resource, behaviour.ResponseHeadersPolicyId),
    ...(viewerRequest && { viewerRequest }),
    errorPages: denied.map(({ ResponseCode = 403, ResponsePagePath }: Properties) => ({
      status: Number(ResponseCode),
      path: ResponsePagePath,
    })),
  };
}

function readFunction(
  stage: Stage,
  resource: Resource,
  associations: readonly Properties[] = [],
): ViewerFunction | undefined {
  const other = associations.find(({ EventType }) => EventType !== 'viewer-request');
  if (other) throw new NotEmulatedError(resource, `a function on ${other.EventType}`);
  const [association] = associations;
  if (!association) return undefined;
  const code = stage.find(association.FunctionARN);
  if (!code) throw new NotEmulatedError(resource, `function ${association.FunctionARN}`);
  return compileViewerFunction(code);
}

function readHeaders(
  stage: Stage,
  resource: Resource,
  id: string | undefined,
): readonly PolicyHeader[] {
  if (id === undefined) return [];
  const policy = stage.find(id);
  if (!policy) throw new NotEmulatedError(resource, `the managed ResponseHeadersPolicyId ${id}`);
  const config: Properties = policy.properties.ResponseHeadersPolicyConfig;
  refuse(policy, 'policy', config);
  const security = Object.entries<Properties>(config.SecurityHeadersConfig ?? {}).map(
    ([member, value]) => {
      const write = securityHeaders[member];
      if (!write) throw new NotEmulatedError(policy, member);
      return { ...write(value), override: value.Override === true };
    },
  );
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(
    ({ Header, Value, Override }: Properties) => ({
      name: Header.toLowerCase(),
      value: Value,
      override: Override === true,
    }),
  );
  return [...security, ...custom];
}

/** CloudFormation's SecurityHeadersConfig: which header each member writes, and how. */
const securityHeaders: Readonly<
  Record<string, (value: Properties) => Pick<PolicyHeader, 'name' | 'value'>>
> = {
  ContentSecurityPolicy: ({ ContentSecurityPolicy: value }) => ({
    name: 'content-security-policy',
    value,
  }),
  ContentTypeOptions: () => ({ name: 'x-content-type-options', value: 'nosniff' }),
  FrameOptions: ({ FrameOption: value }) => ({ name: 'x-frame-options', value }),
  ReferrerPolicy: ({ ReferrerPolicy: value }) => ({ name: 'referrer-policy', value }),
  StrictTransportSecurity: ({ AccessControlMaxAgeSec, IncludeSubdomains, Preload }) => ({
    name: 'strict-transport-security',
    value: `max-age=${AccessControlMaxAgeSec}${IncludeSubdomains ? '; includeSubDomains' : ''}${Preload ? '; preload' : ''}`,
  }),
  XSSProtection: ({ Protection, ModeBlock }) => ({
    name: 'x-xss-protection',
    value: Protection ? `1${ModeBlock ? '; mode=block' : ''}` : '0',
  }),
};

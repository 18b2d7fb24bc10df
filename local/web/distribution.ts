/** The template's CloudFront distribution, as far as a viewer sees it. What it needs and is not done here is refused by name. */
import {
  NotEmulatedError,
  type Properties,
  type Resource,
  type Stage,
} from '../template/resource.ts';
import { compileViewerFunction, type ViewerFunction } from './viewer-function.ts';

export interface Distribution {
  readonly rootObject?: string;
  /** The first behaviour whose pattern fits the path, else the default one. */
  behaviour(path: string): Behaviour;
  /** What is answered in place of an error of the origin. */
  errorPage(status: number): { readonly status: number; readonly path: string } | undefined;
}

export interface Behaviour {
  readonly compress: boolean;
  readonly headers: HeadersPolicy;
  readonly viewerRequest?: ViewerFunction;
}

export interface HeadersPolicy {
  readonly set: readonly {
    readonly name: string;
    readonly value: string;
    readonly override: boolean;
  }[];
  readonly remove: readonly string[];
}

const type = 'AWS::CloudFront::Distribution';

/**
 * Reads the distribution, if the template has one.
 * @throws NotEmulatedError
 */
export function readDistribution(stage: Stage): Distribution | undefined {
  const [resource, second] = stage.ofType(type);
  if (second) throw new NotEmulatedError(second, 'a second distribution');
  if (!resource) return undefined;
  const config: Properties = resource.properties.DistributionConfig;
  const foreign = config.Origins?.find(({ S3OriginConfig }: Properties) => !S3OriginConfig);
  if (foreign)
    throw new NotEmulatedError(resource, `the origin ${foreign.Id}, which is no bucket,`);
  const read = (behaviour: Properties) => readBehaviour(stage, resource, behaviour);
  const fallback = read(config.DefaultCacheBehavior);
  const behaviours = (config.CacheBehaviors ?? []).map((behaviour: Properties) => ({
    pattern: pathPattern(behaviour.PathPattern),
    behaviour: read(behaviour),
  }));
  return {
    ...(config.DefaultRootObject && { rootObject: config.DefaultRootObject }),
    behaviour: (path) =>
      behaviours.find(({ pattern }: { pattern: RegExp }) => pattern.test(path))?.behaviour ??
      fallback,
    errorPage(status) {
      const found = config.CustomErrorResponses?.find(
        ({ ErrorCode }: Properties) => Number(ErrorCode) === status,
      );
      return found?.ResponsePagePath
        ? { status: Number(found.ResponseCode ?? status), path: found.ResponsePagePath }
        : undefined;
    },
  };
}

/** Developer guide, "Path pattern": `*` any signs, `?` one, case counts, the slash at the start may be left out. */
function pathPattern(pattern: string): RegExp {
  const signs: Readonly<Record<string, string>> = { '*': '.*', '?': '.' };
  const source = pattern
    .replace(/^\/?/, '/')
    .replace(/[\\^$.*+?()[\]{}|]/g, (sign) => signs[sign] ?? `\\${sign}`);
  return new RegExp(`^${source}$`);
}

function readBehaviour(stage: Stage, resource: Resource, behaviour: Properties): Behaviour {
  if (behaviour.LambdaFunctionAssociations?.length > 0) {
    throw new NotEmulatedError(resource, 'LambdaFunctionAssociations');
  }
  const associations: readonly Properties[] = behaviour.FunctionAssociations ?? [];
  const other = associations.find(({ EventType }) => EventType !== 'viewer-request');
  if (other) throw new NotEmulatedError(resource, `a function on ${other.EventType}`);
  const [association] = associations;
  const code = association && stage.find(association.FunctionARN);
  if (association && !code)
    throw new NotEmulatedError(resource, `function ${association.FunctionARN}`);
  return {
    compress: behaviour.Compress === true,
    headers: readHeadersPolicy(stage, resource, behaviour.ResponseHeadersPolicyId),
    ...(code && { viewerRequest: compileViewerFunction(code) }),
  };
}

function readHeadersPolicy(
  stage: Stage,
  resource: Resource,
  id: string | undefined,
): HeadersPolicy {
  if (id === undefined) return { set: [], remove: [] };
  const policy = stage.find(id);
  if (!policy) throw new NotEmulatedError(resource, `the managed ResponseHeadersPolicyId ${id}`);
  const config: Properties = policy.properties.ResponseHeadersPolicyConfig;
  for (const name of ['CorsConfig', 'ServerTimingHeadersConfig']) {
    if (config[name]) throw new NotEmulatedError(policy, name);
  }
  const security: Properties = config.SecurityHeadersConfig ?? {};
  const set = Object.entries(securityHeaders).flatMap(([key, [name, write]]) =>
    security[key]
      ? [{ name, value: write(security[key]), override: security[key].Override === true }]
      : [],
  );
  const custom = (config.CustomHeadersConfig?.Items ?? []).map(
    ({ Header, Value, Override }: Properties) => ({
      name: Header,
      value: Value,
      override: Override === true,
    }),
  );
  const remove = (config.RemoveHeadersConfig?.Items ?? []).map(({ Header }: Properties) => Header);
  return { set: [...set, ...custom], remove };
}

/** CloudFormation's SecurityHeadersConfig: which header each member writes, and how. */
const securityHeaders: Readonly<Record<string, readonly [string, (value: Properties) => string]>> =
  {
    ContentSecurityPolicy: ['content-security-policy', (value) => value.ContentSecurityPolicy],
    ContentTypeOptions: ['x-content-type-options', () => 'nosniff'],
    FrameOptions: ['x-frame-options', (value) => value.FrameOption],
    ReferrerPolicy: ['referrer-policy', (value) => value.ReferrerPolicy],
    StrictTransportSecurity: [
      'strict-transport-security',
      ({ AccessControlMaxAgeSec, IncludeSubdomains, Preload }) =>
        `max-age=${AccessControlMaxAgeSec}${IncludeSubdomains ? '; includeSubDomains' : ''}${Preload ? '; preload' : ''}`,
    ],
    XSSProtection: [
      'x-xss-protection',
      ({ Protection, ModeBlock }) => (Protection ? `1${ModeBlock ? '; mode=block' : ''}` : '0'),
    ],
  };

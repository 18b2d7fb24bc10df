/** X-Ray's sampling rules: a reservoir of so many requests a second, then a fixed share. AWS: Configure sampling rules. */
import { compilePattern } from '../iam/pattern.ts';
import type { ApiModel, SamplingRule } from './api-model.ts';
import type { GatewayRequest } from './request.ts';
import { createBucket } from './throttle.ts';

/** What X-Ray applies where no rule of the account matches. */
const defaultRule: SamplingRule = { Priority: 10_000, ReservoirSize: 1, FixedRate: 0.05 };

/** `*` and `?`, without regard to case. */
function fits(pattern = '*'): (value: string) => boolean {
  const compiled = compilePattern(pattern, { ignoreCase: true });
  return (value) => compiled.matches(value, () => undefined);
}

/** Decides for one request, by the matching rule of the lowest priority number. */
export function createSampler(
  { region, id, name, stageName, samplingRules }: ApiModel,
  now: () => number,
  random: () => number = Math.random,
): (request: GatewayRequest) => boolean {
  const arn = `arn:aws:apigateway:${region}::/restapis/${id}/stages/${stageName}`;
  const rules = [...samplingRules, defaultRule]
    .filter(
      ({ ServiceName, ServiceType, ResourceARN }) =>
        fits(ServiceName)(`${name}/${stageName}`) &&
        fits(ServiceType)('AWS::ApiGateway::Stage') &&
        fits(ResourceARN)(arn),
    )
    .sort((a, b) => a.Priority - b.Priority)
    .map(({ Host, HTTPMethod, URLPath, ReservoirSize, FixedRate }) => ({
      host: fits(Host),
      method: fits(HTTPMethod),
      path: fits(URLPath),
      take: createBucket(ReservoirSize, ReservoirSize, now),
      FixedRate,
    }));
  return ({ host, method, contextPath }) => {
    const rule = rules.find((r) => r.host(host) && r.method(method) && r.path(contextPath));
    return rule !== undefined && (rule.take() || random() < rule.FixedRate);
  };
}

/** X-Ray's sampling rules: a reservoir of so many requests a second, then a fixed share. AWS: Configure sampling rules. */
import { compilePattern } from '../iam/pattern.ts';
import type { ApiModel, SamplingRule } from './api-model.ts';
import type { GatewayRequest } from './request.ts';

/** What X-Ray applies where no rule of the account matches. */
const defaultRule: SamplingRule = {
  priority: 10_000,
  reservoirSize: 1,
  fixedRate: 0.05,
  host: '*',
  httpMethod: '*',
  urlPath: '*',
  serviceName: '*',
  serviceType: '*',
  resourceArn: '*',
};

/** `*` and `?`, without regard to case. */
function fits(pattern: string): (value: string) => boolean {
  const compiled = compilePattern(pattern, { ignoreCase: true });
  return (value) => compiled.matches(value, () => undefined);
}

/** Decides for one request, by the matching rule of the lowest priority number. */
export function createSampler(
  api: ApiModel,
  now: () => number,
  random: () => number = Math.random,
): (request: GatewayRequest) => boolean {
  const arn = `arn:aws:apigateway:${api.region}::/restapis/${api.id}/stages/${api.stageName}`;
  const rules = [...api.samplingRules, defaultRule]
    .filter(
      (rule) =>
        fits(rule.serviceName)(`${api.name}/${api.stageName}`) &&
        fits(rule.serviceType)('AWS::ApiGateway::Stage') &&
        fits(rule.resourceArn)(arn),
    )
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => ({
      host: fits(rule.host),
      httpMethod: fits(rule.httpMethod),
      urlPath: fits(rule.urlPath),
      take: reservoir(rule.reservoirSize, now),
      fixedRate: rule.fixedRate,
    }));
  return ({ host, method, contextPath }) => {
    const rule = rules.find((r) => r.host(host) && r.httpMethod(method) && r.urlPath(contextPath));
    return rule !== undefined && (rule.take() || random() < rule.fixedRate);
  };
}

function reservoir(size: number, now: () => number): () => boolean {
  let second = 0;
  let taken = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current !== second) {
      second = current;
      taken = 0;
    }
    taken += 1;
    return taken <= size;
  };
}

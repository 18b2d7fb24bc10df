/** X-Ray's sampling rules: a reservoir of so many requests a second, then a fixed share. AWS: Configure sampling rules. */
import type { ApiModel, SamplingRule } from './api-model.ts';
import type { GatewayRequest } from './request.ts';
import { wildcard } from './wildcard.ts';

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
        wildcard(rule.serviceName, 'i').test(`${api.name}/${api.stageName}`) &&
        wildcard(rule.serviceType, 'i').test('AWS::ApiGateway::Stage') &&
        wildcard(rule.resourceArn, 'i').test(arn),
    )
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => ({
      host: wildcard(rule.host, 'i'),
      httpMethod: wildcard(rule.httpMethod, 'i'),
      urlPath: wildcard(rule.urlPath),
      take: reservoir(rule.reservoirSize, now),
      fixedRate: rule.fixedRate,
    }));
  return ({ host, method, contextPath }) => {
    const rule = rules.find(
      (r) => r.host.test(host) && r.httpMethod.test(method) && r.urlPath.test(contextPath),
    );
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

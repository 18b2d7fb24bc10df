/**
 * Where AWS's pages and recordings of AWS disagree, or nothing is written: one switch each, the default first.
 * `createGateway({ readings })` takes others.
 */
const table = {
  scopeMissing: {
    values: [403, 401],
    source:
      'Gateway response types: ACCESS_DENIED is "access denied by a Cognito authorizer"; Integrate a REST API with a user pool says 401',
  },
  lambdaThrottled: {
    values: [500, 502, 504],
    source: 'Lambda: "Errors with API Gateway" gives 500; emulators and reports show 502 and 504',
  },
  integrationFailure: {
    values: ['as-seen', 504],
    source:
      'Gateway response types give 504; LocalStack recorded 500 and 502 on AWS (test_lambda_aws_proxy_integration_non_post_method)',
  },
  pathParameters: {
    values: ['raw', 'decoded'],
    source:
      'recorded raw (test_lambda_aws_proxy_integration); Known issues says that request parameters are decoded',
  },
  equalHeaderPairs: {
    values: ['folded', 'kept'],
    source:
      'Set up Lambda proxy integrations: a pair in both maps appears once; recorded only for differing values',
  },
  authorizerKey: {
    values: ['absent', 'nulls'],
    source:
      'recorded absent (test_lambda_aws_proxy_integration); the documented sample event has null members',
  },
  droppedHeaders: {
    values: ['dropped', 'remapped'],
    source:
      'Known issues, table of headers; a recording of non-proxy integrations remaps Expect, Host, Proxy-Authenticate, Trailer, Upgrade',
  },
  missingMethod: {
    values: ['falls-through', 'stops'],
    source:
      'recorded (test_proxy_routing_with_hardcoded_resource_sibling); Set up a proxy resource says that siblings are excluded',
  },
  unmatchedContentType: {
    values: ['passes', 'validates'],
    source: 'Request validation: a model is chosen by content type; emulators validate anyway',
  },
  emptyProxyResponse: {
    values: [200, 502],
    source: 'assumed: no field of a proxy response is documented as required',
  },
} as const;

export type Readings = {
  readonly [Name in keyof typeof table]: (typeof table)[Name]['values'][number];
};

export const defaultReadings = Object.fromEntries(
  Object.entries(table).map(([name, { values }]) => [name, values[0]]),
) as Readings;

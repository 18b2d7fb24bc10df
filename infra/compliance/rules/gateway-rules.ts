/** The REST API: who gets in, from which origin, and what is written down. */
import { scopes } from '../../../services/contract/scopes.ts';
import { ofType, type Template } from '../../templates.ts';
import { textOf } from '../policy-statements.ts';
import type { StrictRule } from '../strict-rule.ts';

export const gatewayRules: readonly StrictRule[] = [
  {
    id: 'TokenAndScope',
    demand: 'Every method that reaches a function asks for a token of ours and for its scope.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::Method')) {
        const {
          Integration,
          HttpMethod,
          AuthorizationType,
          AuthorizationScopes = [],
          AuthorizerId,
        } = Properties;
        if (Integration.Type === 'MOCK') {
          continue;
        }
        const authorizer = template.Resources[AuthorizerId?.Ref]?.Properties;
        if (
          AuthorizationType !== 'COGNITO_USER_POOLS' ||
          authorizer?.Type !== 'COGNITO_USER_POOLS'
        ) {
          yield [logicalId, `AuthorizationType is ${AuthorizationType}`];
        }
        // One of several scopes is enough, so a second one widens; without any, an ID token is accepted.
        const needed = HttpMethod === 'GET' ? scopes.read : scopes.write;
        if (AuthorizationScopes.length !== 1 || AuthorizationScopes[0] !== needed) {
          yield [
            logicalId,
            `scopes are ${AuthorizationScopes.join(' ') || 'missing'}, not ${needed}`,
          ];
        }
      }
    },
  },
  {
    id: 'ValidatedRequest',
    demand:
      'A method that reaches a function has its parameters checked, and its body where it takes one.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::Method')) {
        const { Integration, HttpMethod, RequestValidatorId, RequestModels } = Properties;
        if (Integration.Type === 'MOCK') {
          continue;
        }
        const validator = template.Resources[RequestValidatorId?.Ref]?.Properties;
        if (validator?.ValidateRequestParameters !== true) {
          yield [logicalId, 'parameters are not validated'];
        }
        if (
          /^(POST|PUT|PATCH)$/.test(HttpMethod) &&
          !(validator?.ValidateRequestBody && RequestModels)
        ) {
          yield [logicalId, 'the body is not validated'];
        }
      }
    },
  },
  {
    id: 'OneOrigin',
    demand: "With a domain, the site's origin is the only one that CORS admits.",
    *check(template, { domain }) {
      const origin = domain ? `https://${domain.siteName}` : '*';
      for (const [logicalId, said] of originsIn(template)) {
        if (said !== origin) {
          yield [logicalId, `admits ${said}`];
        }
      }
    },
  },
  {
    id: 'ObservedStage',
    demand:
      'A stage is traced, throttled, logs each request as JSON and errors of execution, and no data.',
    *check(template, { throttle }) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::Stage')) {
        const { TracingEnabled, AccessLogSetting: log, MethodSettings: all = [] } = Properties;
        const everywhere = all.find(
          (one: { HttpMethod: string; ResourcePath: string }) =>
            one.HttpMethod === '*' && one.ResourcePath === '/*',
        );
        const group = /:log-group:\$\{/.test(textOf(log?.DestinationArn ?? '', template));
        const holds = {
          TracingEnabled: TracingEnabled === true,
          'AccessLogSetting to a group of this template': group && /^\{/.test(log?.Format),
          'LoggingLevel ERROR': everywhere?.LoggingLevel === 'ERROR',
          'DataTraceEnabled false': all.every(
            (one: { DataTraceEnabled?: boolean }) => !one.DataTraceEnabled,
          ),
          'the throttle of the stage': everywhere?.ThrottlingRateLimit === throttle.rate,
        };
        for (const [what] of Object.entries(holds).filter(([, fine]) => !fine)) {
          yield [logicalId, `lacks ${what}`];
        }
      }
    },
  },
  {
    id: 'OwnNameOnly',
    demand: 'With a domain, the API answers under its own name only, TLS 1.2 or newer.',
    *check(template, { domain }) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::RestApi')) {
        if (domain && Properties.DisableExecuteApiEndpoint !== true) {
          yield [logicalId, 'the execute-api endpoint is on'];
        }
      }
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::DomainName')) {
        if (Properties.SecurityPolicy !== 'TLS_1_2') {
          yield [logicalId, `SecurityPolicy is ${Properties.SecurityPolicy}`];
        }
      }
    },
  },
  {
    id: 'NoImplicitFlow',
    demand:
      'Clients use the code flow or client credentials; a client without a secret cannot use the latter, and through one with a secret nobody signs in.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::Cognito::UserPoolClient')) {
        const { AllowedOAuthFlows: flows = [], GenerateSecret: secret } = Properties;
        const wanted = secret ? 'client_credentials' : 'code';
        if (flows.length !== 1 || flows[0] !== wanted) {
          yield [logicalId, `flows are ${flows.join(' ') || 'missing'}, not ${wanted}`];
        }
        const signIns = Properties.ExplicitAuthFlows ?? ["Cognito's default"];
        const harmless = ['ALLOW_REFRESH_TOKEN_AUTH', ...(secret ? [] : ['ALLOW_USER_SRP_AUTH'])];
        for (const signIn of signIns.filter((name: string) => !harmless.includes(name))) {
          yield [logicalId, `sign-in by ${signIn}`];
        }
      }
    },
  },
];

/** Where an origin is admitted: preflights, gateway responses and what handlers are told. */
function* originsIn(template: Template): Iterable<readonly [string, string]> {
  const unquoted = (value: unknown) => String(value).replace(/^'|'$/g, '');
  for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::Method')) {
    for (const { ResponseParameters = {} } of Properties.Integration.IntegrationResponses ?? []) {
      yield [
        logicalId,
        unquoted(ResponseParameters['method.response.header.Access-Control-Allow-Origin']),
      ];
    }
  }
  for (const [logicalId, { Properties }] of ofType(template, 'AWS::ApiGateway::GatewayResponse')) {
    const header = 'gatewayresponse.header.Access-Control-Allow-Origin';
    yield [logicalId, unquoted(Properties.ResponseParameters?.[header])];
  }
  for (const [logicalId, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    yield [logicalId, String(Properties.Environment?.Variables?.ALLOWED_ORIGIN)];
  }
}

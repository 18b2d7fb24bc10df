/** The REST API: who gets in, from which origin, who invokes the functions, and what is written down. */
import { scopes } from '../../../services/contract/scopes.ts';
import type { Json } from '../../templates.ts';
import { textOf } from '../policy-statements.ts';
import { lacks, type StrictRule } from '../strict-rule.ts';

const originHeader = 'header.Access-Control-Allow-Origin';

/** Where an origin is admitted: preflights, gateway responses and what handlers are told. */
const admittedOrigins: Readonly<Record<string, (properties: Json) => readonly unknown[]>> = {
  'ApiGateway::Method': ({ Integration: { IntegrationResponses = [] } }) =>
    IntegrationResponses.map(
      ({ ResponseParameters }: Json) => ResponseParameters?.[`method.response.${originHeader}`],
    ),
  'ApiGateway::GatewayResponse': ({ ResponseParameters }) => [
    ResponseParameters?.[`gatewayresponse.${originHeader}`],
  ],
  'Lambda::Function': ({ Environment }) => [Environment?.Variables?.ALLOWED_ORIGIN],
};

export const gatewayRules: readonly StrictRule[] = [
  {
    id: 'TokenAndScope',
    demand: 'Every method that reaches a function asks for a token of ours and for its scope.',
    of: ['ApiGateway::Method'],
    finds({ properties, template }) {
      const { Integration, HttpMethod, AuthorizationType, AuthorizerId } = properties;
      if (Integration.Type === 'MOCK') return [];
      const authorizer = template.Resources[AuthorizerId?.Ref]?.Properties;
      // One of several scopes is enough, so a second one widens; without any, an ID token is accepted.
      const asked = properties.AuthorizationScopes?.join(' ') ?? 'missing';
      const needed = HttpMethod === 'GET' ? scopes.read : scopes.write;
      const byToken = 'COGNITO_USER_POOLS';
      return [
        (AuthorizationType !== byToken || authorizer?.Type !== byToken) &&
          `AuthorizationType is ${AuthorizationType}`,
        asked !== needed && `scopes are ${asked}, not ${needed}`,
      ];
    },
  },
  {
    id: 'ValidatedRequest',
    demand:
      'A method that reaches a function has its parameters checked, and its body where it takes one.',
    of: ['ApiGateway::Method'],
    finds({ properties, template }) {
      const { Integration, HttpMethod, RequestValidatorId, RequestModels } = properties;
      if (Integration.Type === 'MOCK') return [];
      const validator = template.Resources[RequestValidatorId?.Ref]?.Properties ?? {};
      const takesBody = /^(POST|PUT|PATCH)$/.test(HttpMethod);
      return [
        validator.ValidateRequestParameters !== true && 'parameters are not validated',
        takesBody &&
          !(validator.ValidateRequestBody && RequestModels) &&
          'the body is not validated',
      ];
    },
  },
  {
    id: 'OneOrigin',
    demand: "With a domain, the site's origin is the only one that CORS admits.",
    of: Object.keys(admittedOrigins),
    finds({ resource, properties, settings: { domain } }) {
      const origin = domain ? `https://${domain.siteName}` : '*';
      const said = admittedOrigins[resource.Type.replace('AWS::', '')]?.(properties) ?? [];
      return said
        .map((one) => String(one).replaceAll("'", ''))
        .map((one) => one !== origin && `admits ${one}`);
    },
  },
  {
    id: 'ObservedStage',
    demand:
      'A stage is traced, throttled, logs each request as JSON and errors of execution, and no data.',
    of: ['ApiGateway::Stage'],
    finds({ properties, template, settings: { throttle } }) {
      const { TracingEnabled, AccessLogSetting: log, MethodSettings: all = [] } = properties;
      const everywhere = all.find(
        ({ HttpMethod, ResourcePath }: Json) => HttpMethod === '*' && ResourcePath === '/*',
      );
      return lacks({
        TracingEnabled: TracingEnabled === true,
        'AccessLogSetting to a group of this template':
          /:log-group:\$\{/.test(textOf(log?.DestinationArn ?? '', template)) &&
          /^\{/.test(log.Format),
        'LoggingLevel ERROR': everywhere?.LoggingLevel === 'ERROR',
        'DataTraceEnabled false': all.every(({ DataTraceEnabled }: Json) => !DataTraceEnabled),
        'the throttle of the stage': everywhere?.ThrottlingRateLimit === throttle.rate,
      });
    },
  },
  {
    id: 'OwnNameOnly',
    demand: 'With a domain, the API answers under its own name only, TLS 1.2 or newer.',
    of: ['ApiGateway::RestApi', 'ApiGateway::DomainName'],
    finds: ({ resource: { Type }, properties, settings: { domain } }) => [
      Type === 'AWS::ApiGateway::DomainName'
        ? properties.SecurityPolicy !== 'TLS_1_2' &&
          `SecurityPolicy is ${properties.SecurityPolicy}`
        : domain &&
          properties.DisableExecuteApiEndpoint !== true &&
          'the execute-api endpoint is on',
    ],
  },
  {
    id: 'ExactInvocation',
    demand: 'Only API Gateway invokes a function: through its alias, for one method and path.',
    of: ['Lambda::Permission'],
    finds({ properties: { Action, Principal, FunctionName, SourceArn }, template }) {
      // A path parameter is a `*`; stage and method never are.
      const source = textOf(SourceArn ?? 'missing', template);
      return [
        (Action !== 'lambda:InvokeFunction' || Principal !== 'apigateway.amazonaws.com') &&
          `${Action} by ${textOf(Principal, template)}`,
        template.Resources[FunctionName?.Ref]?.Type !== 'AWS::Lambda::Alias' &&
          'not an alias of this template',
        !/\$\{[^}]+\}\/\$\{[^}]+\}\/(GET|POST|PUT|DELETE)(\/[\w-]+(\/\*)?)+$/.test(source) &&
          `source ${source}`,
      ];
    },
  },
  {
    id: 'NoImplicitFlow',
    demand:
      'Clients use the code flow or client credentials; a client without a secret cannot use the latter, and through one with a secret nobody signs in.',
    of: ['Cognito::UserPoolClient'],
    finds({ properties: { AllowedOAuthFlows = ['missing'], GenerateSecret, ExplicitAuthFlows } }) {
      const wanted = GenerateSecret ? 'client_credentials' : 'code';
      const flows = AllowedOAuthFlows.join(' ');
      const signIns: readonly string[] = ExplicitAuthFlows ?? ["Cognito's default"];
      const harmless = ['ALLOW_REFRESH_TOKEN_AUTH', !GenerateSecret && 'ALLOW_USER_SRP_AUTH'];
      return [
        flows !== wanted && `flows are ${flows}, not ${wanted}`,
        ...signIns.map((signIn) => !harmless.includes(signIn) && `sign-in by ${signIn}`),
      ];
    },
  },
];

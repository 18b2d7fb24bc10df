/** Doors of the API left open, and sign-in weakened. */
import type { CfnUserPool } from 'aws-cdk-lib/aws-cognito';
import { add, type Mutants, ref, resourceAt, set, unset } from './mutation.ts';

const fn = 'Api/GetItem/Function/Resource';
const stage = 'Api/Api/DeploymentStage.prod/Resource';
const method = 'Api/Api/Default/items/{id}/GET/Resource';

export const gatewayMutants: Mutants = {
  'a method without authorizer': (app) => {
    set(method, 'AuthorizationType', 'NONE')(app);
    unset(method, 'AuthorizerId')(app);
  },
  'a method that any IAM user may call': set(method, 'AuthorizationType', 'AWS_IAM'),
  'a method without scope': unset(method, 'AuthorizationScopes'),
  'a method with a second scope': set(method, 'AuthorizationScopes', ['items/read', 'items/write']),
  'reading is enough to delete': set(
    'Api/Api/Default/items/{id}/DELETE/Resource',
    'AuthorizationScopes',
    ['items/read'],
  ),
  'a method that is not validated': unset(method, 'RequestValidatorId'),
  'a body that is not validated': unset('Api/Api/Default/items/POST/Resource', 'RequestModels'),
  'a raw open method': add('Api', 'AWS::ApiGateway::Method', (app) => ({
    RestApiId: ref(app, 'Api/Api/Resource'),
    ResourceId: ref(app, 'Api/Api/Default/health/Resource'),
    HttpMethod: 'POST',
    AuthorizationType: 'NONE',
    Integration: { Type: 'HTTP_PROXY', Uri: 'https://example.org', IntegrationHttpMethod: 'POST' },
  })),
  'a preflight for every origin': set(
    'Api/Api/Default/items/OPTIONS/Resource',
    'Integration.IntegrationResponses.0.ResponseParameters',
    { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
  ),
  'errors for every origin': set('Api/Api/THROTTLED/Resource', 'ResponseParameters', {
    'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
  }),
  'handlers that answer every origin': set(fn, 'Environment.Variables.ALLOWED_ORIGIN', '*'),
  'no access log': unset(stage, 'AccessLogSetting'),
  'no execution log': set(stage, 'MethodSettings.0.LoggingLevel', 'OFF'),
  'data in the execution log': set(stage, 'MethodSettings.0.DataTraceEnabled', true),
  'no throttle': unset(stage, 'MethodSettings.0.ThrottlingRateLimit'),
  'a stage that is not traced': set(stage, 'TracingEnabled', false),
  'the execute-api endpoint is on': set('Api/Api/Resource', 'DisableExecuteApiEndpoint', false),
  'TLS 1.0 for the API': set('Api/Domain/Name/Resource', 'SecurityPolicy', 'TLS_1_0'),
  'the implicit flow': set('Api/SignIn/BrowserClient/Resource', 'AllowedOAuthFlows', [
    'code',
    'implicit',
  ]),
  'a machine without a secret': set('Api/SignIn/LoadClient1/Resource', 'GenerateSecret', false),
  'a machine that people sign in through': unset(
    'Api/SignIn/LoadClient1/Resource',
    'ExplicitAuthFlows',
  ),
  'passwords sent as they are': set('Api/SignIn/BrowserClient/Resource', 'ExplicitAuthFlows', [
    'ALLOW_REFRESH_TOKEN_AUTH',
    'ALLOW_USER_PASSWORD_AUTH',
  ]),
  'a secret in a template': (app) =>
    set(
      fn,
      'Environment.Variables.SECRET',
      resourceAt(app, 'Api/SignIn/LoadClient1/Resource').getAtt('ClientSecret').toString(),
    )(app),
  'no second factor': (app) => {
    (resourceAt(app, 'Api/SignIn/Pool/Resource') as CfnUserPool).mfaConfiguration = 'OFF';
  },
  'short passwords': (app) => {
    (resourceAt(app, 'Api/SignIn/Pool/Resource') as CfnUserPool).policies = {
      passwordPolicy: { minimumLength: 6 },
    };
  },
};

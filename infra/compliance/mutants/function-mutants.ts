/** Functions that others invoke, and logs that nobody finds. */
import { add, type Mutants, ref, set, unset } from './mutation.ts';

const fn = 'Api/GetItem/Function/Resource';
const invoke = 'Api/Api/Default/items/{id}/GET/ApiPermission';

export const functionMutants: Mutants = {
  'a function that is not traced': set(fn, 'TracingConfig.Mode', 'PassThrough'),
  'a function that logs text': set(fn, 'LoggingConfig.LogFormat', 'Text'),
  'a function that drops its detail': set(fn, 'LoggingConfig.ApplicationLogLevel', 'ERROR'),
  'a function that logs elsewhere': set(fn, 'LoggingConfig.LogGroup', '/aws/lambda/somewhere'),
  'logs that never expire': unset('Api/GetItemRoleLogs/Resource', 'RetentionInDays'),
  'logs that expire in a day': set('Api/AccessLog/Resource', 'RetentionInDays', 1),
  'a function URL': add('Api', 'AWS::Lambda::Url', (app) => ({
    AuthType: 'NONE',
    TargetFunctionArn: ref(app, fn),
  })),
  'anybody invokes': set(invoke, 'Principal', '*'),
  'a stranger invokes': set(invoke, 'Principal', '999999999999'),
  'every Lambda action': set(invoke, 'Action', 'lambda:*'),
  'any method and path invokes': set(
    invoke,
    'SourceArn',
    'arn:aws:execute-api:eu-central-1:1:api/*/*',
  ),
  'any API invokes': unset(invoke, 'SourceArn'),
  'the latest code is invoked': (app) => set(invoke, 'FunctionName', ref(app, fn))(app),
  'a second permission': add('Api', 'AWS::Lambda::Permission', (app) => ({
    Action: 'lambda:InvokeFunction',
    FunctionName: ref(app, fn),
    Principal: 'events.amazonaws.com',
  })),
};

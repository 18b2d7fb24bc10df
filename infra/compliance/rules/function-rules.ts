/** Functions, who may call them, and what they leave in logs. */
import { ofType } from '../../templates.ts';
import { textOf } from '../policy-statements.ts';
import type { StrictRule } from '../strict-rule.ts';

export const functionRules: readonly StrictRule[] = [
  {
    id: 'ObservedFunction',
    demand: 'A function is traced and logs JSON to a group of this template, DEBUG when it must.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
        const { LoggingConfig: logging, TracingConfig: tracing } = Properties;
        const group = logging?.LogGroup?.Ref;
        if (template.Resources[group]?.Type !== 'AWS::Logs::LogGroup') {
          yield [logicalId, 'LoggingConfig.LogGroup is no group of this template'];
        }
        if (logging?.LogFormat !== 'JSON' || logging?.ApplicationLogLevel !== 'DEBUG') {
          yield [logicalId, 'LoggingConfig is not JSON at DEBUG: details of failures are dropped'];
        }
        if (tracing?.Mode !== 'Active') {
          yield [logicalId, 'TracingConfig.Mode is not Active'];
        }
      }
    },
  },
  {
    id: 'ExactInvocation',
    demand: 'Only API Gateway invokes a function: through its alias, for one method and path.',
    *check(template) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::Lambda::Permission')) {
        const { Action, Principal, FunctionName, SourceArn } = Properties;
        if (Action !== 'lambda:InvokeFunction' || Principal !== 'apigateway.amazonaws.com') {
          yield [logicalId, `${Action} by ${textOf(Principal, template)}`];
        }
        if (template.Resources[FunctionName?.Ref]?.Type !== 'AWS::Lambda::Alias') {
          yield [logicalId, 'not an alias of this template'];
        }
        // A path parameter is a `*`; stage and method never are.
        const source = SourceArn === undefined ? '' : textOf(SourceArn, template);
        if (!/\$\{[^}]+\}\/\$\{[^}]+\}\/(GET|POST|PUT|DELETE)(\/[\w-]+(\/\*)?)+$/.test(source)) {
          yield [logicalId, `source ${source || 'missing'}`];
        }
      }
      for (const [logicalId] of ofType(template, 'AWS::Lambda::Url')) {
        yield [logicalId, 'a function URL bypasses the gateway'];
      }
    },
  },
  {
    id: 'LogRetention',
    demand:
      "Every log group keeps its events for the stage's time; the account's welcome group for a month.",
    *check(template, { logRetentionDays }) {
      for (const [logicalId, { Properties }] of ofType(template, 'AWS::Logs::LogGroup')) {
        const welcome = Properties.LogGroupName === '/aws/apigateway/welcome';
        if (Properties.RetentionInDays !== (welcome ? 30 : logRetentionDays)) {
          yield [logicalId, `RetentionInDays is ${Properties.RetentionInDays ?? 'missing'}`];
        }
      }
    },
  },
];

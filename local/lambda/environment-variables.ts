/** The whole environment of a function's process: what AWS defines, what the template adds, nothing of the developer's. */
import type { FunctionModel } from './function-model.ts';
import { runtimeDirectory } from './function-process.ts';

export interface EnvironmentFacts {
  readonly version: string;
  readonly region: string;
  readonly logStream: string;
  /** `host:port` of the Runtime API of this one environment. */
  readonly runtimeApi: string;
  /** `host:port` of the X-Ray daemon. */
  readonly xrayAddress: string;
  readonly taskRoot: string;
}

/**
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables": the template may set the first ones, the last
 * ones are reserved. The search paths are those of nodejs24.x; `_X_AMZN_TRACE_ID` comes with each invocation.
 */
export function environmentVariables(
  fn: FunctionModel,
  facts: EnvironmentFacts,
  local: Readonly<Record<string, string>>,
): Record<string, string> {
  const [xrayHost = '', xrayPort = ''] = facts.xrayAddress.split(':');
  return {
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    LANG: 'en_US.UTF-8',
    LD_LIBRARY_PATH:
      '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
    NODE_PATH:
      '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: facts.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: facts.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: facts.logStream,
    ...(fn.logFormat === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: fn.applicationLogLevel,
    }),
    AWS_LAMBDA_RUNTIME_API: facts.runtimeApi,
    AWS_XRAY_DAEMON_ADDRESS: facts.xrayAddress,
    _AWS_XRAY_DAEMON_ADDRESS: xrayHost,
    _AWS_XRAY_DAEMON_PORT: xrayPort,
    LAMBDA_TASK_ROOT: facts.taskRoot,
    LAMBDA_RUNTIME_DIR: runtimeDirectory,
    PWD: facts.taskRoot,
    SHLVL: '0',
    ...local,
  };
}

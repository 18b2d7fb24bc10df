/** The whole environment of a function's process: what AWS defines, what the template adds, nothing of the developer's. */
import type { FunctionModel } from './function-model.ts';
import { runtimeDirectory } from './function-process.ts';

/** What an environment knows about itself from the beginning. */
export interface EnvironmentFacts {
  readonly fn: FunctionModel;
  readonly version: string;
  readonly region: string;
  readonly taskRoot: string;
  /** `host:port` of the X-Ray daemon. */
  readonly xrayAddress: string;
  /** On top of what AWS and the template define. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables": the template may set the first ones, the last
 * ones are reserved. The search paths are those of nodejs24.x; `_X_AMZN_TRACE_ID` comes with each invocation.
 *
 * @param runtimeApi `host:port` of the Runtime API of this one environment
 */
export function environmentVariables(
  { fn, version, region, taskRoot, xrayAddress, variables }: EnvironmentFacts,
  logStream: string,
  runtimeApi: string,
): Record<string, string> {
  const [xrayHost = '', xrayPort = ''] = xrayAddress.split(':');
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
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    ...(fn.logFormat === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: fn.applicationLogLevel,
    }),
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_XRAY_DAEMON_ADDRESS: xrayAddress,
    _AWS_XRAY_DAEMON_ADDRESS: xrayHost,
    _AWS_XRAY_DAEMON_PORT: xrayPort,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: runtimeDirectory,
    PWD: taskRoot,
    SHLVL: '0',
    ...variables,
  };
}

/** Puts the parts together: one stage, read from `cdk.out/<stage>`, running on five ports. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createMetricStore } from '../../cloudwatch/metrics/metric-store.ts';
import { createControl } from '../control/control.ts';
import { createDynamoDb } from '../dynamodb/dynamodb.ts';
import { createFaults } from '../faults/faults.ts';
import { apisFromStage } from '../gateway/api.ts';
import type { ApiModel } from '../gateway/api-model.ts';
import { createGateway } from '../gateway/gateway.ts';
import { functionsFromStage } from '../lambda/functions-from-stage.ts';
import { createLambda } from '../lambda/lambda.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import { fetchToken } from '../sign-in/token.ts';
import { createClock } from '../telemetry/clock.ts';
import { createLogStore } from '../telemetry/log-store.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { notEmulated } from '../template/emulation.ts';
import { loadStage } from '../template/load-stage.ts';
import type { Stage } from '../template/resource.ts';
import { createWeb } from '../web/web.ts';
import { createXrayDaemon } from '../xray/daemon.ts';
import { createTraceStore } from '../xray/trace-store.ts';
import { grantedTelemetry } from './granted-telemetry.ts';
import type { StartOptions } from './options.ts';

export interface RuntimeOptions extends StartOptions {
  /** The project's folder: `cdk.out/` and `dist/web` lie in it. */
  readonly root: string;
  /** Where data is kept; default `.local/<stage>` in the project's folder. */
  readonly dataDirectory?: string;
}

export interface Runtime {
  readonly stage: string;
  readonly urls: Readonly<Record<'web' | 'api' | 'control' | 'dynamodb' | 'signIn', string>>;
  /** Types of resources that the template holds and no request meets here, with how many there are. */
  readonly notEmulated: ReadonlyMap<string, number>;
  /** Settings of functions that change nothing here, in words. */
  readonly ignored: readonly string[];
  /** An access token for a demo person or the machine client. */
  token(who: string, scopes?: readonly string[]): Promise<string>;
  /** Credentials of a function, as the table's endpoint knows it. */
  credentials(functionName: string): {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** The stage as it was read. */
  readonly model: Stage;
  /** Deletes expired items now instead of within the minute. @returns how many */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** @throws Error of one line: nothing synthesized, a port in use, data that is damaged, something not emulated */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { root, stage: name, ports, speed, fresh, dynamodb } = options;
  const stage = await loadStage(join(root, 'cdk.out'), name);
  const beside = notEmulated(stage);
  const [api] = apisFromStage(stage);
  if (!api) throw new Error(`${stage.directory} holds no REST API: there is nothing to run`);
  const functions = functionsFromStage(stage);
  const directory = options.dataDirectory ?? join(root, '.local', name);
  if (fresh) await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true }).catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(
      `No data can be kept in ${directory} (${code}): make it a folder to write into`,
    );
  });

  // Whatever has started is stopped again, the last first, at the end and where a later part cannot start.
  const started: { close(): unknown }[] = [];
  const running = <T extends { close(): unknown }>(part: T): T => {
    started.push(part);
    return part;
  };
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
  };

  try {
    const clock = createClock(speed);
    const metricStore = createMetricStore();
    const logStore = running(createLogStore({ file: join(directory, 'logs.ndjson') }));
    const traceStore = createTraceStore();
    const telemetry = running(createTelemetry({ clock, stage, metricStore, logStore, traceStore }));
    const faultRoutes = routesByFunction(api);
    const faults = createFaults((functionName) => faultRoutes.get(functionName) ?? []);
    const daemon = running(await createXrayDaemon(telemetry.traces));
    const dynamoDb = running(
      await createDynamoDb({
        stage,
        dataDirectory: join(directory, 'dynamodb'),
        engineUrl: dynamodb,
        telemetry,
        faults,
        clock,
        port: ports.dynamodb,
        report: (sentence) => console.error(sentence),
      }),
    );
    const signIn = running(
      await createSignIn({
        stage,
        port: ports.signIn,
        siteOrigins: [`http://127.0.0.1:${ports.web}`, `http://localhost:${ports.web}`],
        directory,
      }),
    );
    const lambda = running(
      createLambda({
        functions,
        telemetry: grantedTelemetry(telemetry, functions, stage, dynamoDb.authorize),
        xrayAddress: daemon.address,
        environment: ({ name: functionName }) => {
          const { accessKeyId, secretAccessKey, sessionToken } = dynamoDb.credentials(functionName);
          return {
            AWS_ACCESS_KEY_ID: accessKeyId,
            AWS_SECRET_ACCESS_KEY: secretAccessKey,
            AWS_SESSION_TOKEN: sessionToken ?? '',
            AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
          };
        },
        faults,
      }),
    );
    const gateway = running(
      createGateway({
        api,
        telemetry,
        verifyToken: signIn.verifyToken,
        invoke: (functionArn, payload, { traceHeader }) =>
          lambda.invoke(functionArn, payload, { traceHeader }),
      }),
    );
    await gateway.listen(ports.api);
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const control = running(
      await createControl({
        port: ports.control,
        clock,
        logs: logStore,
        logGroups: stage.ofType('AWS::Logs::LogGroup').map(({ ref }) => ref),
        metrics: metricStore,
        traces: {
          summaries: (range) => traceStore.summaries(range).TraceSummaries,
          trace: (id) => traceStore.trace(id).Traces[0],
        },
        faults,
        routes: [...faultRoutes.values()].flat(),
        grants: dynamoDb.grants,
      }),
    );
    const web = running(
      await createWeb({
        port: ports.web,
        stage,
        directory: join(root, 'dist/web'),
        apiUrl,
        signInUrl: signIn.url,
        controlUrl: control.url,
      }),
    );
    return {
      stage: name,
      urls: {
        web: web.url,
        api: apiUrl,
        control: control.url,
        dynamodb: dynamoDb.url,
        signIn: signIn.url,
      },
      notEmulated: beside,
      ignored: functions.flatMap((fn) => fn.ignored.map((what) => `${fn.name}: ${what}`)),
      token: (who, scopes = []) => fetchToken(signIn.url, who, scopes),
      credentials: (functionName) => dynamoDb.credentials(functionName),
      model: stage,
      sweep: () => dynamoDb.sweep(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const routeOf = ({ httpMethod, resourcePath }: ApiModel['methods'][number]) =>
  `${httpMethod} ${resourcePath}`;

/** The routes whose integration calls a function, by the function's name: those that faults can hit. */
function routesByFunction(api: ApiModel): ReadonlyMap<string, readonly string[]> {
  const routes = new Map<string, string[]>();
  for (const method of api.methods) {
    if (method.integration.type !== 'AWS_PROXY') continue;
    const functionName = method.integration.functionArn.split(':')[6] ?? '';
    routes.set(functionName, [...(routes.get(functionName) ?? []), routeOf(method)]);
  }
  return routes;
}

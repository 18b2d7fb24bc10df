/** The gateway: routes from the contract, tokens and scopes checked, bodies that must be objects, throttled and logged. */
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { UserPool } from 'aws-cdk-lib/aws-cognito';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { stageNames } from '../../services/contract/names.ts';
import { type FunctionName, type Route, routes } from '../../services/contract/routes.ts';
import { timeouts } from '../../services/contract/timeouts.ts';
import type { StageSettings } from '../stage-settings.ts';
import { accessLogFormat, GatewayExecutionLog } from './gateway-logs.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import type { ItemFunction } from './item-function.ts';
import { addMockMethods } from './mock-methods.ts';

export interface ItemsApiProps {
  readonly settings: StageSettings;
  readonly userPool: UserPool;
  readonly handlers: Readonly<Record<FunctionName, ItemFunction>>;
  /** What CORS admits: the site's origin or `*`. */
  readonly allowedOrigin: string;
}

export class ItemsApi extends apigateway.RestApi {
  constructor(scope: Construct, id: string, props: ItemsApiProps) {
    const { settings, userPool, handlers, allowedOrigin } = props;
    const { stage, throttle, domain, logRetentionDays } = settings;
    const accessLog = new LogGroup(scope, 'AccessLog', {
      logGroupName: stageNames(stage).accessLog,
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    super(scope, id, {
      restApiName: `manara-${stage}`,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      disableExecuteApiEndpoint: domain !== undefined,
      // The account's logging role belongs to the account stack.
      cloudWatchRole: false,
      deployOptions: {
        stageName: stage,
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
        tracingEnabled: true,
        metricsEnabled: false,
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
        accessLogFormat: accessLogFormat(settings),
      },
    });
    // It would name the execute-api endpoint, which is off where there is a domain.
    this.node.tryRemoveChild('Endpoint');
    new GatewayExecutionLog(this, 'ExecutionLog', this, accessLog, settings);
    addGatewayResponses(this, allowedOrigin);
    const authorizer = new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', {
      cognitoUserPools: [userPool],
    });
    this.#addRoutes(handlers, authorizer);
    addMockMethods(this, allowedOrigin);
  }

  #addRoutes(handlers: ItemsApiProps['handlers'], authorizer: apigateway.IAuthorizer): void {
    const validator = (id: string, validateRequestBody?: true) =>
      new apigateway.RequestValidator(this, id, {
        restApi: this,
        validateRequestParameters: true,
        validateRequestBody,
      });
    // Nothing that is no JSON object reaches a function. Limits and formats are the handler's.
    const withBody = {
      requestValidator: validator('BodyValidator', true),
      requestModels: { 'application/json': this.#jsonObject() },
    };
    const withParameters = { requestValidator: validator('ParameterValidator') };
    for (const [name, route] of Object.entries(routes) as [FunctionName, Route][]) {
      const integration = new apigateway.LambdaIntegration(handlers[name].live, {
        allowTestInvoke: false,
        timeout: Duration.seconds(timeouts.gatewaySeconds),
      });
      this.root.resourceForPath(route.path).addMethod(route.method, integration, {
        operationName: name,
        authorizationType: apigateway.AuthorizationType.COGNITO,
        authorizer,
        authorizationScopes: [route.scope],
        requestParameters: pathParameters(route.path),
        ...(route.hasBody ? withBody : withParameters),
      });
    }
  }

  #jsonObject(): apigateway.Model {
    const { JsonSchemaType, JsonSchemaVersion } = apigateway;
    return new apigateway.Model(this, 'JsonObject', {
      restApi: this,
      modelName: 'JsonObject',
      contentType: 'application/json',
      schema: { schema: JsonSchemaVersion.DRAFT4, type: JsonSchemaType.OBJECT },
    });
  }
}

const pathParameters = (path: string): Record<string, boolean> =>
  Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [`method.request.path.${name}`, true]),
  );

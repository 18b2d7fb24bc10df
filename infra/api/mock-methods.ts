/** Methods that the gateway answers alone: CORS preflights and `/health`. They need no token and reach no function. */
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { cors } from '../../services/contract/cors.ts';
import { healthRoute, routes } from '../../services/contract/routes.ts';

interface Mock {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Default: no body. */
  readonly body?: object;
}

export function addPreflight(
  resource: apigateway.IResource,
  path: string,
  allowedOrigin: string,
): void {
  const methods = Object.values(routes).filter((route) => route.path === path);
  addMock(resource, 'OPTIONS', {
    status: 204,
    headers: {
      'Access-Control-Allow-Origin': allowedOrigin,
      'Access-Control-Allow-Methods': methods.map(({ method }) => method).join(','),
      'Access-Control-Allow-Headers': cors.requestHeaders.join(','),
      'Access-Control-Expose-Headers': cors.exposedHeaders.join(','),
      'Access-Control-Max-Age': `${cors.preflightSeconds}`,
    },
  });
}

export function addHealth(api: apigateway.RestApi, allowedOrigin: string): void {
  addMock(api.root.resourceForPath(healthRoute.path), healthRoute.method, {
    status: 200,
    headers: { 'Access-Control-Allow-Origin': allowedOrigin, 'Cache-Control': 'no-store' },
    body: { status: 'ok' },
  });
}

function addMock(
  resource: apigateway.IResource,
  method: string,
  { status, headers, body }: Mock,
): void {
  const values = {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`])),
    'x-request-id': 'context.extendedRequestId',
  };
  const prefixed = Object.entries(values).map(
    ([name, value]) => [`method.response.header.${name}`, value] as const,
  );
  const integration = new apigateway.MockIntegration({
    requestTemplates: { 'application/json': JSON.stringify({ statusCode: status }) },
    // Another content type has no template that would give the status: 415 rather than a failure of ours.
    passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
    integrationResponses: [
      {
        statusCode: `${status}`,
        responseParameters: Object.fromEntries(prefixed),
        ...(body && { responseTemplates: { 'application/json': JSON.stringify(body) } }),
      },
    ],
  });
  resource.addMethod(method, integration, {
    authorizationType: apigateway.AuthorizationType.NONE,
    methodResponses: [
      {
        statusCode: `${status}`,
        responseParameters: Object.fromEntries(prefixed.map(([name]) => [name, true])),
        ...(body && { responseModels: { 'application/json': apigateway.Model.EMPTY_MODEL } }),
      },
    ],
  });
}

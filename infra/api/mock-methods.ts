/** Methods that the gateway answers alone: CORS preflights and `/health`. They need no token and reach no function. */
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { cors } from '../../services/contract/cors.ts';
import { healthRoute, routes } from '../../services/contract/routes.ts';

export function addMockMethods(api: apigateway.RestApi, allowedOrigin: string): void {
  const byPath = Map.groupBy(Object.values(routes), ({ path }) => path);
  for (const [path, methods] of byPath) {
    addMock(api.root.resourceForPath(path), 'OPTIONS', 204, {
      'Access-Control-Allow-Origin': allowedOrigin,
      'Access-Control-Allow-Methods': methods.map(({ method }) => method).join(','),
      'Access-Control-Allow-Headers': cors.requestHeaders.join(','),
      'Access-Control-Expose-Headers': cors.exposedHeaders.join(','),
      'Access-Control-Max-Age': `${cors.preflightSeconds}`,
    });
  }
  const health = api.root.resourceForPath(healthRoute.path);
  const headers = { 'Access-Control-Allow-Origin': allowedOrigin, 'Cache-Control': 'no-store' };
  addMock(health, healthRoute.method, 200, headers, { status: 'ok' });
}

function addMock(
  resource: apigateway.IResource,
  method: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: object,
): void {
  const statusCode = `${status}`;
  const values = Object.entries(headers).map(([name, value]) => [name, `'${value}'`] as const);
  const responseHeaders = [...values, ['x-request-id', 'context.extendedRequestId'] as const].map(
    ([name, value]) => [`method.response.header.${name}`, value] as const,
  );
  const integration = new apigateway.MockIntegration({
    requestTemplates: { 'application/json': JSON.stringify({ statusCode: status }) },
    // Another content type has no template that would give the status: 415 rather than a failure of ours.
    passthroughBehavior: apigateway.PassthroughBehavior.NEVER,
    integrationResponses: [
      {
        statusCode,
        responseParameters: Object.fromEntries(responseHeaders),
        ...(body && { responseTemplates: { 'application/json': JSON.stringify(body) } }),
      },
    ],
  });
  resource.addMethod(method, integration, {
    authorizationType: apigateway.AuthorizationType.NONE,
    methodResponses: [
      {
        statusCode,
        responseParameters: Object.fromEntries(responseHeaders.map(([name]) => [name, true])),
        ...(body && { responseModels: { 'application/json': apigateway.Model.EMPTY_MODEL } }),
      },
    ],
  });
}

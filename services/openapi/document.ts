/** The API as an OpenAPI 3.1 document, made from the contract and from nothing else. */
import { type FunctionName, healthRoute, routes } from '../contract/routes.ts';
import { scopes } from '../contract/scopes.ts';
import { documentedProblems, operation } from './operation.ts';
import { everyHeader, headers, parameters } from './parameters.ts';
import type { Json } from './reference.ts';
import { notModified, problemResponse } from './responses.ts';
import { schemas } from './schemas.ts';

function paths(): Json {
  const byPath: Record<string, Record<string, Json>> = {};
  for (const name of Object.keys(routes) as FunctionName[]) {
    const { path, method } = routes[name];
    byPath[path] = { ...byPath[path], [method.toLowerCase()]: operation(name) };
  }
  const health = {
    operationId: 'health',
    summary: 'Whether the API is reachable',
    security: [],
    responses: {
      200: {
        description: 'It is',
        headers: everyHeader,
        content: { 'application/json': { schema: { const: { status: 'ok' } } } },
      },
    },
  };
  return { ...byPath, [healthRoute.path]: { [healthRoute.method.toLowerCase()]: health } };
}

const scopeTexts = {
  [scopes.read]: 'List and read items',
  [scopes.write]: 'Make, replace and delete items',
  [scopes.ephemeral]: 'What is made expires after a day (load tests)',
};

export const openApiDocument = (): Json => ({
  openapi: '3.1.1',
  info: {
    title: 'Manara items',
    version: '1.0.0',
    description:
      "Items of one's own: made, listed, read, replaced and deleted. Errors are application/problem+json.",
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [
    {
      url: 'https://{host}',
      variables: { host: { default: 'api.example.com', description: 'The domain of the stage.' } },
    },
  ],
  paths: paths(),
  components: {
    schemas,
    parameters,
    headers,
    responses: {
      'not-modified': notModified,
      ...Object.fromEntries(documentedProblems.map((code) => [code, problemResponse(code)])),
    },
    securitySchemes: {
      token: {
        type: 'oauth2',
        description: 'An access token of the user pool, sent as Authorization: Bearer.',
        flows: {
          authorizationCode: {
            authorizationUrl: 'https://auth.example.com/oauth2/authorize',
            tokenUrl: 'https://auth.example.com/oauth2/token',
            scopes: scopeTexts,
          },
          clientCredentials: {
            tokenUrl: 'https://auth.example.com/oauth2/token',
            scopes: scopeTexts,
          },
        },
      },
    },
  },
});

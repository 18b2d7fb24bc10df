/** Request validators: required parameters, then the body against its model. AWS: Request validation for REST APIs. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import ajvDraft04 from 'ajv-draft-04';
import type { ApiModel, MethodModel, Parameter } from './api-model.ts';
import type { Exchange, Step } from './exchange.ts';
import { Failure } from './gateway-response.ts';
import { mediaType } from './media-type.ts';
import type { Readings } from './readings.ts';
import { spelling } from './request.ts';

/**
 * Compiles an API's models once; what it returns makes the validation step of a method, which throws Failure.
 * @throws Error naming the model whose schema is not valid or points nowhere
 */
export function createValidators(
  api: ApiModel,
  readings: Readings,
): (method: MethodModel) => Step | undefined {
  const schemas = compileModels(api);
  return ({ requiredParameters, bodyModels }) => {
    const models = new Map(
      [...(bodyModels ?? [])].map(([type, name]) => {
        const schema = schemas.get(name);
        if (!schema) throw new Error(`there is no model ${name}`);
        return [type.toLowerCase(), schema] as const;
      }),
    );
    const anyModel =
      models.get('$default') ??
      (readings.unmatchedContentType === 'validates' ? models.get('application/json') : undefined);
    if (requiredParameters.length === 0 && models.size === 0) return undefined;
    return (exchange) => {
      requireParameters(requiredParameters, exchange);
      const type = mediaType(exchange.request.lowered['content-type']) ?? 'application/json';
      const schema = models.get(type) ?? anyModel;
      if (schema) validateBody(schema, type, exchange);
    };
  };
}

function compileModels({ id, models }: ApiModel): ReadonlyMap<string, ValidateFunction> {
  // `format` is not enforced: AWS, Known issues.
  const ajv = new ajvDraft04.default({
    strict: false,
    validateFormats: false,
    allErrors: true,
    verbose: true,
  });
  const uri = (name: string) => `https://apigateway.amazonaws.com/restapis/${id}/models/${name}`;
  const compile = <Result>(name: string, work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw new Error(`AWS::ApiGateway::Model ${name}: ${(error as Error).message}`);
    }
  };
  for (const [name, schema] of models) compile(name, () => ajv.addSchema(schema, uri(name)));
  return new Map(
    [...models.keys()].map((name) => [name, compile(name, () => ajv.compile({ $ref: uri(name) }))]),
  );
}

function requireParameters(parameters: readonly Parameter[], exchange: Exchange): void {
  const { request, pathParameters } = exchange;
  const missing = parameters.filter(({ location, name }) => {
    if (location === 'path') return !pathParameters?.[name]?.trim();
    const values =
      location === 'header' ? request.headers.get(spelling(name)) : request.query.get(name);
    return !values?.at(-1)?.trim();
  });
  if (missing.length === 0) return;
  const message = `Missing required request parameters: [${missing.map(({ name }) => name).join(', ')}]`;
  throw new Failure('BAD_REQUEST_PARAMETERS', { message, line: message });
}

/** An absent body is validated as `{}`. Recorded: test_api_gateway_request_validator. */
function validateBody(schema: ValidateFunction, type: string, { body }: Exchange): void {
  const invalid = (reasons: readonly string[]) => {
    const validationErrorString = `[${reasons.join(', ')}]`;
    const line = `Request body does not match model schema for content type ${type}: ${validationErrorString}`;
    return new Failure('BAD_REQUEST_BODY', { validationErrorString, line });
  };
  let document: unknown;
  try {
    document = JSON.parse(body?.toString() ?? '{}');
  } catch {
    throw invalid(['Malformed JSON']);
  }
  if (!schema(document)) throw invalid(schema.errors!.map(reason));
}

/** The words of the validator that AWS uses, for the three keywords that clients meet most. */
const words: Readonly<Record<string, (error: ErrorObject) => string>> = {
  required: ({ params }) =>
    `object has missing required properties (["${params['missingProperty']}"])`,
  additionalProperties: ({ params }) =>
    `object instance has properties which are not allowed by the schema: ["${params['additionalProperty']}"]`,
  type: ({ params, data }) =>
    `instance type (${typeName(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify([params['type']].flat())})`,
};

function reason(error: ErrorObject): string {
  const at = error.instancePath ? ` at ${error.instancePath}` : '';
  return `${words[error.keyword]?.(error) ?? error.message}${at}`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

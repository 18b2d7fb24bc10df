/** MOCK: answers from templates alone. AWS: Set up a mock integration; Integration passthrough behaviors. */
import { type Answer, type Headers, isMappable, override } from './answer.ts';
import type { ApiModel, MockIntegration, MockResponse } from './api-model.ts';
import type { Exchange, Step } from './exchange.ts';
import { Failure, misconfigured } from './gateway-response.ts';
import { compileMappingTemplate, type MappingTemplate } from './mapping-template.ts';
import { isBinary, mediaType, templateFor } from './media-type.ts';
import { compileHeaders } from './substitution.ts';

type Templates = ReadonlyMap<string, MappingTemplate>;

const failure = (problem: string) => misconfigured(problem, 500, 'API_CONFIGURATION_ERROR');

/** @throws Error where a template cannot be parsed */
export function createMockIntegration(integration: MockIntegration, api: ApiModel): Step<Answer> {
  const compile = (templates: ReadonlyMap<string, string>): Templates =>
    new Map(
      [...templates].map(([type, text]) => [type.toLowerCase(), compileMappingTemplate(text, api)]),
    );
  const requestTemplates = compile(integration.requestTemplates);
  const responses = integration.responses.map((response) => ({
    ...response,
    mapHeaders: compileHeaders(response.headers, api.variables),
    templates: compile(response.templates),
  }));
  return (exchange) => {
    const statusCode = requestedStatus(transform(exchange, integration, requestTemplates, api));
    exchange.context.integration = { status: statusCode };
    const response = select(responses, statusCode);
    if (!response) {
      throw failure(
        `No match for output mapping and no default output mapping configured. Endpoint Response Status Code: ${statusCode}`,
      );
    }
    return answer(response, response.mapHeaders(exchange), exchange);
  };
}

/** The request's body through the template of its content type, or as it is where the passthrough behaviour allows it. */
function transform(
  exchange: Exchange,
  { passthrough, convertToText }: MockIntegration,
  templates: Templates,
  api: ApiModel,
): string {
  const type = mediaType(exchange.request.lowered['content-type']) ?? 'application/json';
  const body = exchange.body?.toString() ?? '';
  if (isBinary(api.binaryMediaTypes, type) && !convertToText) {
    throw failure('Unable to transform request');
  }
  const template = templates.get(type);
  if (template) return render(template, exchange, body);
  const passes =
    passthrough === 'WHEN_NO_MATCH' ||
    (passthrough === 'WHEN_NO_TEMPLATES' && templates.size === 0);
  if (!passes) throw new Failure('UNSUPPORTED_MEDIA_TYPE');
  return body;
}

function render(template: MappingTemplate, exchange: Exchange, body: string): string {
  try {
    return template(exchange, body);
  } catch (error) {
    throw failure(`Unable to transform: ${(error as Error).message}`);
  }
}

/** A text, or a name that lacks its quotes. */
const textOrName = /"(?:[^"\\]+|\\.)*"?|([A-Za-z_]\w*)(?=\s*:)/g;

/** An integer, in JSON whose names may lack their quotes. */
function requestedStatus(text: string): number {
  try {
    const { statusCode } = JSON.parse(
      text.replace(textOrName, (found, name) => (name ? `"${name}"` : found)),
    );
    if (Number.isInteger(statusCode)) return statusCode;
  } catch {
    // Same answer as for a missing one.
  }
  throw failure(
    'Unable to parse statusCode. It should be an integer that is defined in the request template.',
  );
}

/** By pattern, of several the one with that very status; else the default. Seen: ministack#1756. */
function select<Response extends Pick<MockResponse, 'statusCode' | 'selectionPattern'>>(
  responses: readonly Response[],
  statusCode: number,
): Response | undefined {
  const matching = responses.filter((r) => r.selectionPattern?.test(String(statusCode)));
  const candidates = matching.length > 0 ? matching : responses.filter((r) => !r.selectionPattern);
  return candidates.find((r) => r.statusCode === statusCode) ?? candidates[0];
}

function answer(
  { statusCode, templates }: { statusCode: number; templates: Templates },
  mapped: Headers,
  exchange: Exchange,
): Answer {
  const [contentType, template] = templateFor(templates, exchange.request.lowered.accept) ?? [];
  const body = template ? render(template, exchange, '') : '';
  const { status = statusCode, header } = exchange.context.responseOverride;
  if (!Number.isInteger(Number(status)) || Number(status) < 200 || Number(status) > 599) {
    throw failure(`Invalid status code ${status}`);
  }
  const own = override([['Content-Type', contentType ?? 'application/json']], mapped);
  const overrides = Object.entries(header).map(([name, text]) => [name, String(text)] as const);
  return { status: Number(status), headers: override(own, overrides.filter(isMappable)), body };
}

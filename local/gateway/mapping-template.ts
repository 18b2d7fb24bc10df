/** Velocity templates of mock integrations. AWS: Mapping template and access logging variable reference for REST APIs. */
import { Compile, parse } from 'velocityjs';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import { jsonPath } from './json-path.ts';
import type { Values } from './request.ts';

export type MappingTemplate = (exchange: Exchange, body: string) => string;

/** @throws Error where the template cannot be parsed */
export function compileMappingTemplate(text: string, { variables }: ApiModel): MappingTemplate {
  if (!/[$#]/.test(text)) return () => text;
  const tree = quiet(parse(text));
  return (exchange, body) =>
    new Compile(tree, { customMethodHandlers: javaMethods }).render({
      input: input(exchange, body),
      context: exchange.context,
      stageVariables: variables ?? {},
      util,
    });
}

function input({ request, pathParameters }: Exchange, body: string) {
  const parameters = {
    path: pathParameters ?? {},
    querystring: lastOf(request.query),
    header: lastOf(request.headers),
  };
  const document = () => JSON.parse(body || '{}') as unknown;
  return {
    body,
    json: (path: string) => JSON.stringify(jsonPath(document(), path)) ?? '',
    path: (path: string) => jsonPath(document(), path),
    params: (name?: string) => {
      if (name === undefined) return parameters;
      const holder = Object.values(parameters).find((values) => Object.hasOwn(values, name));
      return holder?.[name] ?? '';
    },
  };
}

const lastOf = (values: Values): Record<string, string> =>
  Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']));

const util = {
  escapeJavaScript: (text: string) =>
    JSON.stringify(String(text)).slice(1, -1).replaceAll("'", "\\'"),
  parseJson: (text: string) => JSON.parse(text) as unknown,
  urlEncode: (text: string) => encodeURIComponent(text).replaceAll('%20', '+'),
  urlDecode: (text: string) => decodeURIComponent(String(text).replaceAll('+', ' ')),
  base64Encode: (text: string) => Buffer.from(String(text)).toString('base64'),
  base64Decode: (text: string) => Buffer.from(String(text), 'base64').toString(),
};

interface Call {
  readonly property: string;
  // biome-ignore lint/suspicious/noExplicitAny: velocityjs hands over whatever the template called the method on
  readonly context: any;
  // biome-ignore lint/suspicious/noExplicitAny: and with
  readonly params: any[];
}

/** Methods of Java's String and Map that the engine lacks. A parameter that was not sent reads as empty text. */
const methods: Readonly<Record<string, (on: Call['context'], ...args: Call['params']) => unknown>> =
  {
    matches: (text, pattern) => new RegExp(`^(?:${pattern})$`).test(text),
    equals: (text, other) => text === other,
    equalsIgnoreCase: (text, other) => text.toLowerCase() === String(other).toLowerCase(),
    isEmpty: (text) => text.length === 0,
    replaceAll: (text, pattern, by) => text.replace(new RegExp(pattern, 'g'), by),
    get: (map, name) => (Object.hasOwn(map, name) ? map[name] : ''),
    containsKey: (map, name) => Object.hasOwn(map, name),
  };

const onText = new Set(['matches', 'equals', 'equalsIgnoreCase', 'isEmpty', 'replaceAll']);

const javaMethods = Object.entries(methods).map(([uid, method]) => ({
  uid,
  match: ({ property, context }: Call) =>
    property === uid &&
    (onText.has(uid)
      ? typeof context === 'string'
      : typeof context === 'object' && context !== null && !Array.isArray(context)),
  resolve: ({ context, params }: Call) => method(context, ...params),
}));

/** API Gateway prints nothing for a reference without a value; Velocity would print the reference. */
function quiet<Tree>(tree: Tree): Tree {
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('leader' in tree) tree.leader = '$!';
  for (const branch of Object.values(tree)) quiet(branch);
  return tree;
}

/** Velocity templates of mock integrations. AWS: Mapping template and access logging variable reference for REST APIs. */
import { Compile, parse } from 'velocityjs';
import type { ApiModel } from './api-model.ts';
import type { Exchange } from './exchange.ts';
import type { Values } from './request.ts';

export type MappingTemplate = (exchange: Exchange, body: string) => string;

/** @throws Error where the template cannot be parsed */
export function compileMappingTemplate(text: string, { variables }: ApiModel): MappingTemplate {
  if (!/[$#]/.test(text)) return () => text;
  const tree = quiet(parsed(text));
  return (exchange, body) =>
    new Compile(tree, { customMethodHandlers }).render({
      input: input(exchange, body),
      context: visible(exchange.context),
      stageVariables: variables ?? {},
      util,
    });
}

function parsed(text: string) {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`a mapping template is broken: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}

/** API Gateway prints nothing for a reference without a value; Velocity would print the reference. */
function quiet<Tree>(tree: Tree): Tree {
  if (typeof tree !== 'object' || tree === null) return tree;
  if ('leader' in tree) tree.leader = '$!';
  for (const branch of Object.values(tree)) quiet(branch);
  return tree;
}

/** All claims at once print as nothing. AWS: Integrate a REST API with a user pool. */
function visible({ authorizer, ...context }: Exchange['context']) {
  const claims = Object.defineProperty({ ...authorizer?.claims }, 'toString', { value: () => '' });
  return { ...context, authorizer: { ...authorizer, claims } };
}

function input({ request, pathParameters }: Exchange, body: string) {
  const parameters = {
    path: pathParameters ?? {},
    querystring: lastOf(request.query),
    header: lastOf(request.headers),
  };
  const at = (path: string) => jsonPath(JSON.parse(body || '{}'), path);
  return {
    body,
    json: (path: string) => JSON.stringify(at(path)) ?? '',
    path: at,
    params: (name?: string) => {
      if (name === undefined) return parameters;
      const holder = Object.values(parameters).find((values) => Object.hasOwn(values, name));
      return holder?.[name] ?? '';
    },
  };
}

const lastOf = (values: Values): Record<string, string> =>
  Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']));

/** The JSONPath that `$input.path` and `$input.json` take: `$`, `.name`, `['name']`, `[n]`. */
const step = /\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/y;

/**
 * @returns undefined where the path leads nowhere
 * @throws Error for wildcards, filters and other steps
 */
function jsonPath(document: unknown, path: string): unknown {
  let value = document;
  step.lastIndex = path.startsWith('$') ? 1 : 0;
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (!match) throw new Error(`the JSONPath ${path} is not emulated: only names and indexes are`);
    const name = match.slice(1).find((text) => text !== undefined)!;
    const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = holds ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

const util = {
  escapeJavaScript: (text: string) =>
    JSON.stringify(String(text)).slice(1, -1).replaceAll("'", "\\'"),
  parseJson: (text: string) => JSON.parse(text) as unknown,
  urlEncode: (text: string) => encodeURIComponent(text).replaceAll('%20', '+'),
  urlDecode: (text: string) => decodeURIComponent(String(text).replaceAll('+', ' ')),
  base64Encode: (text: string) => Buffer.from(String(text)).toString('base64'),
  base64Decode: (text: string) => Buffer.from(String(text), 'base64').toString(),
};

/** Methods of Java's String and Map that the engine lacks. */
const ofText: Methods<string> = {
  matches: (text, pattern) => new RegExp(`^(?:${pattern})$`).test(text),
  equals: (text, other) => text === other,
  equalsIgnoreCase: (text, other) => text.toLowerCase() === String(other).toLowerCase(),
  isEmpty: (text) => text === '',
  replaceAll: (text, pattern, by) => text.replace(new RegExp(pattern, 'g'), by),
};
/** A parameter that was not sent reads as empty text. */
const ofMap: Methods<Record<string, unknown>> = {
  get: (map, name) => (Object.hasOwn(map, name) ? map[name] : ''),
  containsKey: (map, name) => Object.hasOwn(map, name),
};

type Methods<On> = Readonly<Record<string, (on: On, ...args: string[]) => unknown>>;

interface Call {
  readonly property: string;
  // biome-ignore lint/suspicious/noExplicitAny: velocityjs hands over whatever the template called the method on
  readonly context: any;
  // biome-ignore lint/suspicious/noExplicitAny: and with
  readonly params: any[];
}

const handlers = <On>(methods: Methods<On>, fits: (context: unknown) => boolean) =>
  Object.entries(methods).map(([uid, method]) => ({
    uid,
    match: ({ property, context }: Call) => property === uid && fits(context),
    resolve: ({ context, params }: Call) => method(context, ...params),
  }));

const customMethodHandlers = [
  ...handlers(ofText, (on) => typeof on === 'string'),
  ...handlers(ofMap, (on) => typeof on === 'object' && on !== null && !Array.isArray(on)),
];

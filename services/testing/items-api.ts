/** The five operations over one store, called with proxy events, for tests. */
import { expect } from '@jest/globals';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Item, ItemContent } from '../contract/item.ts';
import { type FunctionName, routes } from '../contract/routes.ts';
import { endpoint, type Handler } from '../http/endpoint.ts';
import { deleteItem } from '../items/operations/delete-item.ts';
import { getItem } from '../items/operations/get-item.ts';
import { listItems } from '../items/operations/list-items.ts';
import { putItem } from '../items/operations/put-item.ts';
import { updateItem } from '../items/operations/update-item.ts';
import type { ItemStore } from '../items/store/item-store.ts';
import { memoryItemStore } from '../items/store/memory-item-store.ts';
import { captureLines } from './captured-lines.ts';
import { lambdaContext, type ProxyRequest, proxyEvent } from './proxy-event.ts';

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly body: any;
  /** The wide event. */
  readonly event: Readonly<Record<string, unknown>>;
  /** All that was written. */
  readonly lines: readonly string[];
}

type Call = (request?: ProxyRequest) => Promise<Response>;

export interface ItemsApi {
  readonly store: ItemStore;
  /** Moves the clock. */
  advance(ms: number): void;
  readonly call: Readonly<Record<FunctionName, Call>>;
  post(content?: unknown, request?: ProxyRequest): Promise<Response>;
  /** Makes an item, and fails the test if that does not work. */
  existing(
    content?: ItemContent,
    request?: ProxyRequest,
  ): Promise<{ readonly item: Item; readonly etag: string }>;
}

export const clockStart = Date.parse('2026-11-22T10:00:00.000Z');

export function itemsApi(store: ItemStore = memoryItemStore()): ItemsApi {
  let at = clockStart;
  let ids = 0;
  const now = () => at;
  const newId = () => `01KJ${String(++ids).padStart(22, '0')}`;
  const operations = {
    'put-item': putItem({ store, now, newId }),
    'get-item': getItem({ store, now }),
    'list-items': listItems({ store, now }),
    'update-item': updateItem({ store, now }),
    'delete-item': deleteItem({ store, now }),
  };
  const handler = (name: FunctionName): Handler =>
    endpoint(name, { stage: 'dev', allowedOrigin: 'https://example.com' }, operations[name]);
  const call = Object.fromEntries(
    (Object.keys(routes) as FunctionName[]).map((name) => [name, caller(name, handler(name))]),
  ) as Record<FunctionName, Call>;
  const post: ItemsApi['post'] = (content = { title: 'Water the plants' }, request = {}) =>
    call['put-item']({
      ...request,
      body: content,
      headers: { 'Content-Type': 'application/json', ...request.headers },
    });
  return {
    store,
    advance: (ms) => {
      at += ms;
    },
    call,
    post,
    async existing(content, request) {
      const { status, headers, body } = await post(content, request);
      expect(status).toBe(201);
      return { item: body, etag: String(headers['ETag']) };
    },
  };
}

function caller(name: FunctionName, handler: Handler): Call {
  const { method, path } = routes[name];
  return async (request = {}) => {
    const event = proxyEvent({
      method,
      path: path.replace('{id}', request.id ?? ''),
      ...request,
    });
    const { result, lines } = await captureLines(() => handler(event, lambdaContext));
    return { ...read(result), event: JSON.parse(lines.at(-1)!), lines };
  };
}

const read = ({ statusCode, headers, body }: APIGatewayProxyResult) => ({
  status: statusCode,
  headers: headers ?? {},
  body: body === '' ? undefined : JSON.parse(body),
});

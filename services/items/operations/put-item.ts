import { idempotencyKeyMaxLength } from '../../contract/item.ts';
import { scopes } from '../../contract/scopes.ts';
import type { Operation } from '../../http/endpoint.ts';
import { jsonBody } from '../../http/json-body.ts';
import { invalid, Problem } from '../../http/problem.ts';
import type { Request } from '../../http/request.ts';
import { together } from '../../http/validation.ts';
import { type CreateItemDependencies, makeCreateItem } from '../domain/create-item.ts';
import { itemContent } from '../domain/item-content.ts';
import { showing } from './item-request.ts';

/** `POST /items`: 201 with the item, also for a replay of the same `Idempotency-Key` and content. */
export function putItem(dependencies: CreateItemDependencies): Operation {
  const createItem = makeCreateItem(dependencies);
  return async (request) => {
    const [content, key] = together(
      () => jsonBody(request, itemContent),
      () => idempotencyKey(request),
    );
    const ephemeral = request.scopes.includes(scopes.ephemeral);
    const { owner, path } = request;
    const result = await createItem({ owner, content, idempotencyKey: key, ephemeral });
    if (result.outcome === 'key-reused') {
      throw new Problem('key-reused', 'Use a new Idempotency-Key for another item.');
    }
    if (result.outcome === 'gone') {
      throw new Problem('not-found', 'The item made with this Idempotency-Key has been deleted.');
    }
    const { outcome, item } = result;
    const { headers, body } = showing(item);
    const Location = `${path}/${item.id}`;
    return { status: 201, headers: { ...headers, Location }, body, outcome, itemId: item.id };
  };
}

function idempotencyKey(request: Request): string | undefined {
  const key = request.header('Idempotency-Key');
  if (key === undefined || (key.length > 0 && key.length <= idempotencyKeyMaxLength)) return key;
  throw invalid({
    header: 'Idempotency-Key',
    detail: `Idempotency-Key must have 1 to ${idempotencyKeyMaxLength} characters.`,
  });
}

/**
 * Where a listing goes on: the last id shown, bound to its owner by a check sum. It guards against mistakes (a cursor cut
 * short, or of somebody else); against reading others' items guards the owner in every query, never the cursor.
 */
import { createHash } from 'node:crypto';
import { invalid } from './problem.ts';

const checkLength = 8;

const check = (owner: string, id: string): Buffer =>
  createHash('sha256').update(`${owner}\n${id}`).digest().subarray(0, checkLength);

export const makeCursor = (owner: string, id: string): string =>
  Buffer.concat([check(owner, id), Buffer.from(id)]).toString('base64url');

/**
 * @returns the id
 * @throws Problem `invalid-request` for anything that was not made for this owner
 */
export function readCursor(owner: string, cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').subarray(checkLength).toString();
  if (makeCursor(owner, id) === cursor) return id;
  throw invalid({
    parameter: 'cursor',
    detail: 'cursor must be a nextCursor of your own, unchanged.',
  });
}

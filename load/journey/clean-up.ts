/** Deletes what the run has made. What it cannot delete expires within a day: load clients hold `items/ephemeral`. */
import { titleMark } from './item-content.ts';
import type { ItemsClient } from './items-client.ts';

export interface CleanUp {
  readonly deleted: number;
  /** Something may be left: the service did not answer, or time was up. */
  readonly left: boolean;
}

export interface CleanUpOptions {
  readonly clients: readonly ItemsClient[];
  readonly runId: string;
  /** ms since the epoch: lists are newest first, so nothing of the run comes after an item that is older. */
  readonly startedAt: number;
  readonly deadline: number;
  readonly now: () => number;
}

/** Clocks of the service and of this machine may differ by so much. */
const clockToleranceMs = 5 * 60_000;

export function cleanUp(options: CleanUpOptions): CleanUp {
  const each = options.clients.map((client) => cleanUpOne(client, options));
  return {
    deleted: each.reduce((sum, { deleted }) => sum + deleted, 0),
    left: each.some(({ left }) => left),
  };
}

function cleanUpOne(client: ItemsClient, options: CleanUpOptions): CleanUp {
  const { runId, startedAt, deadline, now } = options;
  const oldest = startedAt - clockToleranceMs;
  let deleted = 0;
  let cursor: string | undefined;
  do {
    const page = client.list(cursor);
    if (!page) return { deleted, left: true };
    for (const { id, title } of page.items) {
      if (!title.startsWith(titleMark(runId))) continue;
      if (now() > deadline || !client.remove(id)) return { deleted, left: true };
      deleted += 1;
    }
    const last = page.items.at(-1);
    if (last && Date.parse(last.createdAt) < oldest) return { deleted, left: false };
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return { deleted, left: false };
}

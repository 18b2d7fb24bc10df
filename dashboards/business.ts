/** What people do with the service. */
import { type Board, graph } from './board.ts';
import { counted } from './metrics.ts';

export const business: Board = (_, names) => {
  const count = (name: Parameters<typeof counted>[1], label: string) =>
    counted(names, name, { label, period: 300 });
  return [
    [
      graph('Items', [
        count('ItemCreated', 'created'),
        count('ItemUpdated', 'updated'),
        count('ItemDeleted', 'deleted'),
      ]),
      graph('Requests that a handler answered', [count('Handled', 'handled')]),
    ],
    [
      graph('Two people, one item: stale updates', [count('VersionConflict', 'conflicts')]),
      graph('Retries that an Idempotency-Key made harmless', [
        count('IdempotentReplay', 'replays'),
      ]),
    ],
  ];
};

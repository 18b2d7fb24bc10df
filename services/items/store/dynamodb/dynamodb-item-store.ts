/** The five functions' stores as one, for tests and tools; a handler takes only its own part. */
import type { ItemStore } from '../item-store.ts';
import { creatingStore } from './creating-store.ts';
import { listingStore } from './listing-store.ts';
import { readingStore } from './reading-store.ts';
import { removingStore } from './removing-store.ts';
import { replacingStore } from './replacing-store.ts';
import type { Table } from './table.ts';

export const dynamodbItemStore = (table: Table): ItemStore => ({
  ...creatingStore(table),
  ...readingStore(table),
  ...listingStore(table),
  ...replacingStore(table),
  ...removingStore(table),
});

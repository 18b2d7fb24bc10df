import { itemStoreContract } from './item-store-contract.ts';
import { memoryItemStore } from './memory-item-store.ts';

itemStoreContract('The store in memory', async () => memoryItemStore());

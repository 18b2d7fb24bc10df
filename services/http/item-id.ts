import { itemIdPattern } from '../contract/item.ts';

const pattern = new RegExp(itemIdPattern);

/** Whether a text could be an item's id at all; whatever else a caller sends as one is not even logged. */
export const isItemId = (text: string | undefined): text is string => pattern.test(text ?? '');

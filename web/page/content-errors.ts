/** What is wrong with what was typed, before anything is sent: the contract's limits in words. */
import { itemLimits } from '../../services/contract/item.ts';

const { titleMaxLength, noteMaxLength } = itemLimits;
const count = (text: string) => text.length.toLocaleString('en');

/** Empty where the title is fine. */
export function titleError(title: string): string {
  if (title.trim() === '') return 'Write down what there is to do.';
  return tooLong('title', title.trim(), titleMaxLength);
}

/** Empty where the note is fine. */
export const noteError = (note: string): string => tooLong('note', note, noteMaxLength);

const tooLong = (name: string, text: string, max: number) =>
  text.length > max
    ? `This ${name} has ${count(text)} characters; there is room for ${max.toLocaleString('en')}.`
    : '';

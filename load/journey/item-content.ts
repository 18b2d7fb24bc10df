/** What the items of a run hold: made from a number, so that a repeated create can send the same again. */
import type { ItemContent } from '../../services/contract/item.ts';

const titles = ['Trim the lamp', 'Wind the clockwork', 'تنظيف العدسة', 'Leuchtfeuer prüfen'];
const notes = [
  '',
  'Before dusk.',
  'قبل الغروب. '.repeat(8),
  'Log the hour and the weather. '.repeat(30),
];

/** By this the clean-up knows what the run has made. */
export const titleMark = (runId: string): string => `load ${runId}: `;

export function itemContent(runId: string, number: number): ItemContent {
  const note = notes[number % notes.length];
  return {
    title: `${titleMark(runId)}${titles[number % titles.length]} ${number}`,
    ...(note && { note }),
    ...(number % 3 === 0 && { dueOn: '2030-01-31' }),
  };
}

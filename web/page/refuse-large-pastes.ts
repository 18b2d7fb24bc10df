/** A browser lays out megabytes for minutes; what could never be saved is refused before it is in a field. Nothing is lost. */
import { itemLimits } from '../../services/contract/item.ts';

/** Well above what fits: what is a little too long goes into its field, to be shortened there. */
const tooMuch = 10 * itemLimits.noteMaxLength;

/** @param say takes one sentence for the person */
export function refuseLargePastes(say: (sentence: string) => void): void {
  document.addEventListener('paste', (event) => {
    const { length } = event.clipboardData?.getData('text') ?? '';
    if (length < tooMuch) return;
    event.preventDefault();
    say(`That was not pasted: it has ${length.toLocaleString('en')} characters.`);
  });
}

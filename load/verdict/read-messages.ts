/** What the script said on k6's console. */
import type { Message } from '../journey/run-settings.ts';
import type { Messages } from './verdict.ts';

/** @param text lines of k6's JSON log, each with a message of the script in `msg` */
export function readMessages(text: string): Messages {
  const said = text.split('\n').flatMap(messageIn);
  const refused = said.find((message) => message.event === 'refused');
  const cleaned = said.find((message) => message.event === 'cleaned');
  return {
    failures: said.filter((message) => message.event === 'failure'),
    ...(refused && { refused: refused.reason }),
    ...(cleaned && { cleaned: { deleted: cleaned.deleted, left: cleaned.left } }),
  };
}

function messageIn(line: string): readonly Message[] {
  try {
    const message = JSON.parse(JSON.parse(line).msg);
    return typeof message?.event === 'string' ? [message] : [];
  } catch {
    return [];
  }
}

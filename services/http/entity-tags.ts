/** The lists of entity tags in `If-Match` and `If-None-Match` (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2). */
import { invalid } from './problem.ts';
import type { Request } from './request.ts';

export interface EntityTag {
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly value: string;
}

/** A condition on a write names each tag; more would not fit into DynamoDB's expression limits. */
const tagsAllowed = 20;

const tag = /(W\/)?"([\x21\x23-\x7e\x80-\uffff]*)"/;
const list = new RegExp(`^(?:[ \\t,]*${tag.source})+[ \\t,]*$`);
const each = new RegExp(tag, 'g');

/**
 * @returns undefined without the header
 * @throws Problem `invalid-request` where it is neither `*` nor a list of quoted tags
 */
export function entityTags(
  request: Request,
  header: 'If-Match' | 'If-None-Match',
): readonly EntityTag[] | '*' | undefined {
  const text = request.header(header)?.trim();
  if (text === undefined || text === '*') return text;
  if (!list.test(text)) {
    throw invalid({ header, detail: `${header} must be * or a list of entity tags in quotes.` });
  }
  const tags = [...text.matchAll(each)].map(([, weak, value = '']) => ({ weak: !!weak, value }));
  if (tags.length <= tagsAllowed) return tags;
  throw invalid({ header, detail: `${header} must list at most ${tagsAllowed} entity tags.` });
}

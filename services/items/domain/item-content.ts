/** What a caller may put into an item: the contract's limits as a schema. Unknown fields are refused. */
import * as z from 'zod/mini';
import { type ItemContent, itemLimits } from '../../contract/item.ts';

/** In UTF-16 code units, as the contract counts; zod's own check counts code points. */
const maxUnits =
  (maximum: number): z.core.CheckFn<string> =>
  ({ value: input, issues }) => {
    if (input.length <= maximum) return;
    issues.push({ code: 'too_big', origin: 'string', maximum, input, continue: true });
  };

const text = (minLength: number, maxLength: number) =>
  z.string().check(
    z.minLength(minLength),
    maxUnits(maxLength),
    // A lone surrogate cannot be stored: UTF-8 has no bytes for it.
    z.refine((value) => value.isWellFormed()),
  );

export const itemContent = z.strictObject({
  title: text(itemLimits.titleMinLength, itemLimits.titleMaxLength),
  note: z.optional(text(0, itemLimits.noteMaxLength)),
  done: z.optional(z.boolean()),
  dueOn: z.optional(z.iso.date()),
}) satisfies z.ZodMiniType<ItemContent>;

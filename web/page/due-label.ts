/** A due date as people say it: "Today", "Tomorrow", a weekday within the week, else the date. */
export interface DueLabel {
  readonly text: string;
  readonly isOverdue: boolean;
}

const dayMs = 86_400_000;
const format = (options: Intl.DateTimeFormatOptions, at: number) =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(at);

/** @param now the local calendar decides which day is today */
export function dueLabel(dueOn: string, now: Date): DueLabel {
  const due = Date.parse(dueOn);
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((due - today) / dayMs);
  const sameYear = new Date(due).getUTCFullYear() === now.getFullYear();
  const near: Readonly<Record<number, string>> = { [-1]: 'Yesterday', 0: 'Today', 1: 'Tomorrow' };
  const date = () =>
    days > 1 && days < 7
      ? format({ weekday: 'long' }, due)
      : format({ day: 'numeric', month: 'short', ...(!sameYear && { year: 'numeric' }) }, due);
  return { text: near[days] ?? date(), isOverdue: days < 0 };
}

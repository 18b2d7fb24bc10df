/** Notices at the foot of the page, in live regions that are there from the start: what is put into them is read out. */
import type { Notice, Notices } from '../list/notices.ts';
import { problemView } from './problem-view.ts';
import { rescueFocus } from './rescue-focus.ts';

export function showNotices(notices: Notices): void {
  const shown = new Map<number, HTMLElement>();
  notices.state.subscribe((current) => {
    for (const [id, element] of shown) {
      if (current.some((notice) => notice.id === id)) continue;
      rescueFocus(element, document.getElementById('list-title'));
      element.remove();
      shown.delete(id);
    }
    for (const notice of current.filter(({ id }) => !shown.has(id))) {
      const element = noticeView(notice, () => notices.dismiss(notice.id));
      shown.set(notice.id, element);
      document.getElementById(notice.tone)?.append(element);
    }
  });
}

function noticeView({ text, problem, action }: Notice, run: () => void): HTMLElement {
  return problemView({ title: text, problem, action, dismiss: { label: 'Dismiss', run } });
}

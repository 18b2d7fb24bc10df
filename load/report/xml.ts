/** Text as it may stand in XML and HTML, attributes included. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export const xml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

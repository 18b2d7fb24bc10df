/** Results as JUnit XML, which every CI shows. */

export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  /** One text per failure; none for a passed case. */
  readonly failures: readonly string[];
}

export function junit(title: string, cases: readonly JunitCase[]): string {
  const failed = cases.filter(({ failures }) => failures.length > 0).length;
  const body = cases.map(({ suite, name, failures }) => {
    const open = `  <testcase classname="${quote(suite)}" name="${quote(name)}"`;
    const texts = failures.map(
      (text) => `\n    <failure message="${quote(text)}">${quote(text)}</failure>`,
    );
    return failures.length === 0 ? `${open}/>` : `${open}>${texts.join('')}\n  </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${quote(title)}" tests="${cases.length}" failures="${failed}">`,
    ...body,
    '</testsuite>\n',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

const quote = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them at all
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replace(/[&<>"\n]/g, (character) => entities[character]!);

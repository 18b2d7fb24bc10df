/** The two pages that people see: who signs in, and why it did not work. Plain HTML, no script. */
import { createHash } from 'node:crypto';
import type { Reply } from '../http/loopback-server.ts';
import { people } from './people.ts';
import type { Client } from './pools.ts';

const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  main { max-width: 24rem; margin: 15vh auto; padding: 0 1rem }
  button { display: block; width: 100%; margin: .75rem 0; padding: .75rem; font: inherit; cursor: pointer }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

function page(status: number, title: string, body: string, formTarget = ''): Reply {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    `form-action 'self' ${formTarget}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy.join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`,
  };
}

/** Offers the demo people; the browser may be sent on to the redirect URI only. */
export function loginPage(
  { client, redirectUri }: { readonly client: Client; readonly redirectUri: string },
  search: string,
): Reply {
  const buttons = people.map(
    ({ username, name }) => `<button name="username" value="${username}">${name}</button>`,
  );
  const body = `<p>${escapeHtml(client.name)} asks who you are. This local stand-in for the user pool knows two people and needs no password.</p>
<form method="post" action="/login${escapeHtml(search)}">
${buttons.join('\n')}
</form>`;
  return page(200, 'Sign in', body, URL.parse(redirectUri)?.origin);
}

const reasons: Readonly<Record<string, string>> = {
  redirect_mismatch:
    'The address to return to is none of the callback or sign-out URLs of the app client.',
  invalid_request: 'The request names no app client of this user pool, or misses a parameter.',
  access_denied: 'The form was sent from another site.',
};

export const errorPage = (error: string): Reply =>
  page(
    400,
    'Sign-in did not work',
    `<p>${reasons[error] ?? ''}</p>\n<p><code>${escapeHtml(error)}</code></p>`,
  );

import { createHash } from 'node:crypto'
import type { Principal } from '../../model/principal.ts'
import { type Html, html } from './html.ts'
import { style } from './style.ts'

/** What a page shows, and how it is answered. */
export interface Page {
  readonly title: string
  readonly main: Html
  /** @default 200 */
  readonly status?: number
}

/** Makes answers with the headers that keep a page from being framed, kept, sniffed, or from running anything. */
export function responder() {
  const headers = guards()

  function plain(status: number, words: string, more: Readonly<Record<string, string>> = {}): Response {
    const all = { ...headers, 'content-type': 'text/plain; charset=utf-8', ...more }
    return new Response(`${words}\n`, { status, headers: all })
  }

  function page({ title, main, status = 200 }: Page, by: Principal): Response {
    const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${{ html: style }}</style>
</head>
<body>
<header><p><a href="?">All approvals</a> <span class="quiet">You are <bdi>${by.id}</bdi> (via <bdi>${by.via}</bdi>), tenant <bdi>${by.tenant}</bdi></span></p></header>
<main>
${main}
</main>
</body>
</html>
`
    const all = { ...headers, 'content-type': 'text/html; charset=utf-8' }
    return new Response(document.html, { status, headers: all })
  }

  /** Shows the page again, so that a reload asks and does not answer. Relative: this handler does not know where it is mounted. */
  function seeOther(location: string): Response {
    return new Response(null, { status: 303, headers: { ...headers, location } })
  }

  return { plain, page, seeOther }
}

function guards(): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    // Not `no-referrer`: with that a browser sends `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

import { type Html, html } from './html.ts'

/**
 * A difference, one block for each line: a long line goes on indented, so that nothing inside it can look like a line of its
 * own. Added and removed lines keep their signs, for whoever does not see the colours.
 */
export function difference(text: string): Html {
  const lines = text.replace(/\n$/, '').split('\n')
  return html`<pre>${lines.map(line)}</pre>`
}

function line(text: string): Html {
  if (text.startsWith('+')) return html`<ins>${text}</ins>`
  if (text.startsWith('-')) return html`<del>${text}</del>`
  return html`<span>${text}</span>`
}

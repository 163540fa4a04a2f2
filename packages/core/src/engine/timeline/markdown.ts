/** A piece of Markdown that is safe to put between other pieces: texts from outside are escaped in it. */
export interface Markdown {
  readonly markdown: string
}

/** What may stand between the literal parts: pieces as they are, everything else escaped. */
export type MarkdownValue = Markdown | string | number

/** Markdown whose literal parts are the program's own and whose values are escaped, unless they are Markdown already. */
export function md(literals: TemplateStringsArray, ...values: readonly MarkdownValue[]): Markdown {
  const parts = literals.map((literal, index) => (index === 0 ? literal : rendered(values[index - 1] ?? '') + literal))
  return { markdown: parts.join('') }
}

/** Pieces with a separator of the program's own between them. */
export function joined(pieces: readonly Markdown[], separator: string): Markdown {
  return { markdown: pieces.map((piece) => piece.markdown).join(separator) }
}

/** Text as one code span, in which nothing is a link, a mention or markup. Line breaks become spaces. */
export function code(text: string): Markdown {
  const line = oneLine(text)
  if (line === '') return { markdown: '(empty)' }
  const ticks = '`'.repeat(longestRun(line) + 1)
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return { markdown: ticks + padding + line + padding + ticks }
}

/** Characters of a block that are shown; the rest is counted. */
const longestBlock = 20_000

/** Text as a fenced block that no line of it can close. */
export function fenced(text: string, language: 'diff' | 'text'): Markdown {
  const shown = visible(text.slice(0, longestBlock)).trimEnd()
  const ticks = '`'.repeat(Math.max(3, longestRun(shown) + 1))
  const cut = text.length > longestBlock ? `\n\n(${text.length - longestBlock} more characters are left out here)` : ''
  return { markdown: `${ticks}${language}\n${shown}\n${ticks}${cut}` }
}

/** A table; a bar inside a cell is shown as a broken bar, because escapes of bars inside code differ between readers. */
export function table(head: readonly string[], rows: readonly (readonly Markdown[])[]): Markdown {
  const lines = [
    head,
    head.map(() => '---'),
    ...rows.map((row) => row.map(({ markdown }) => markdown.replaceAll('|', '¦'))),
  ]
  return { markdown: lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n') }
}

/** A list of one line each. */
export function bullets(items: readonly Markdown[], indent = ''): Markdown {
  return { markdown: items.map(({ markdown }) => `${indent}- ${markdown}`).join('\n') }
}

function rendered(value: MarkdownValue): string {
  return typeof value === 'object' ? value.markdown : prose(String(value))
}

/**
 * Free text as plain words on one line. Words that a reader could turn into a link, a mention or a reference become
 * code, because no escape reaches readers that look for them after parsing.
 */
function prose(text: string): string {
  const words = visible(text).replace(/\s+/g, ' ').split(' ')
  const shown = words.map((word) => (linkLike.test(word) ? code(word).markdown : escapeWord(word)))
  // At the start of a line these would begin a list or a heading.
  return shown
    .join(' ')
    .replace(/^ ?(?:[-+=]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : start.replace(/[-+=]/, '\\$&')))
}

const linkLike = /:\/\/|www\.|@|#|mailto:|xmpp:|\w\.\w{2,}/i

function escapeWord(word: string): string {
  return word.replace(/[\\`*_[\]<>&~$!]/g, '\\$&')
}

function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim()
}

/** Control characters, and those that turn the direction of text around, would show something else than what is there. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    return character === '\r' ? '' : '\ufffd'
  })
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}

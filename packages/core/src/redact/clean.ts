const unwanted = /[^\P{Cc}\t\n]|[\u200b\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u
const everyUnwanted = new RegExp(unwanted.source, 'gu')

const esc = '\u001b'
const bell = '\u0007'
/** A whole control sequence (colours, cursor) or operating system command (titles, links); lengths are bounded. */
const terminalSequence = new RegExp(
  `${esc}\\[[0-?]{0,64}[ -/]{0,16}[@-~]|${esc}\\][^${esc}${bell}\\n]{0,1024}(?:${bell}|${esc}\\\\)?`,
  'g',
)

/**
 * Text without what a terminal would obey or a reader could not see: control characters other than line feed and tab,
 * whole escape sequences, overrides of the writing direction, invisible characters. Line ends become line feeds, and
 * half surrogate pairs become U+FFFD, so that the text survives UTF-8.
 */
export function clean(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed()
  if (!unwanted.test(wellFormed)) return wellFormed
  return wellFormed.replaceAll(/\r\n?/g, '\n').replaceAll(terminalSequence, '').replaceAll(everyUnwanted, '')
}

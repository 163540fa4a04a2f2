/** A piece of HTML that is safe to put between other pieces: texts from outside are escaped in it. */
export interface Html {
  readonly html: string
}

/** What may stand between the literal parts: pieces as they are, everything else made visible and escaped. */
export type HtmlValue = Html | string | number | readonly Html[]

/** HTML whose literal parts are the program's own and whose values are inert, in text and inside a quoted attribute. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = literals.map((literal, index) => (index === 0 ? literal : rendered(values[index - 1] ?? '') + literal))
  return { html: parts.join('') }
}

/** Nothing. */
export const nothing: Html = { html: '' }

function rendered(value: HtmlValue): string {
  if (typeof value === 'string' || typeof value === 'number') return escaped(visible(String(value)))
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '')
}

/** Line feeds, tabs and plain spaces stay; other controls, what has no width or another one, and what turns the direction. */
const unseen = /[^\P{Cc}\t\n]|\p{Cf}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029\u2800]|(?! )\p{Zs}/gu

/** Marks piled on one character reach into other lines. */
const pile = /(\p{M}{4})\p{M}+/gu

/** Text in which everything that a reader could not see, or that moves other text about, is written out as `[U+202E]`. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unseen, (character) => `[U+${hex(character.codePointAt(0) ?? 0)}]`)
    .replaceAll(pile, '$1[more marks]')
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0')
}

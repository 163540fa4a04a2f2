/**
 * What a terminal would obey or a reader could not see: control characters, invisible ones, overrides of the writing
 * direction, line separators, halves of surrogate pairs.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Text from outside in one line, with everything unsafe written out as `\u{…}`. */
export function shown(text: string): string {
  return text.replaceAll(unsafe, escaped)
}

/** Text from outside whose lines and tabs stay as they are. */
export function shownLines(text: string): string {
  return text.replaceAll(unsafe, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  )
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

/** The same for JSON, whose own escapes stand for UTF-16 code units. */
export function shownInJson(json: string): string {
  return json.replaceAll(unsafe, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, index) => jsonEscape(character.charCodeAt(index))).join(''),
  )
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

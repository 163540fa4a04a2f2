import { stripVTControlCharacters, styleText } from 'node:util'

/** What a piece of text is, from which follows how it looks. Without colours it looks like any other. */
export type Tone = 'title' | 'good' | 'bad' | 'warn' | 'quiet' | 'strong' | 'plain'

const formats: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  title: ['bold', 'cyan'],
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  quiet: 'gray',
  strong: 'bold',
  plain: 'reset',
}

/** Colours a text where standard output shows colours and NO_COLOR is not set. */
export function tone(kind: Tone, text: string): string {
  return kind === 'plain' || text === '' ? text : styleText(formats[kind], text, { stream: process.stdout })
}

/** One line of text from outside, without anything that a terminal would obey. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')
}

/** Characters that a text takes on the screen. Everything that the demo prints is one column wide. */
export function widthOf(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}

/** The text followed by blanks up to a width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** What `styleText` puts around a text. */
const colour = new RegExp(`(${String.fromCharCode(27)}\\[[0-9;]*m)`)

/** The text in at most `width` columns, with `…` where something was cut off. Colours stay. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let room = Math.max(0, width - 1)
  const parts = text.split(colour)
  const kept = parts.map((part, index) => {
    if (index % 2 === 1) return part
    const characters = Array.from(part).slice(0, room)
    room -= characters.length
    return characters.join('')
  })
  return `${kept.join('')}…`
}

/** Plain text broken at blanks into lines of at most `width` columns; a word that is longer is broken inside. */
export function wrap(text: string, width: number): readonly string[] {
  const room = Math.max(10, width)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => pieces(each, room))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= room) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  return [...lines, line]
}

function pieces(word: string, room: number): readonly string[] {
  const characters = Array.from(word)
  if (characters.length <= room) return [word]
  return Array.from({ length: Math.ceil(characters.length / room) }, (_, index) =>
    characters.slice(index * room, (index + 1) * room).join(''),
  )
}

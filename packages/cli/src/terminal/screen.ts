import { styleText } from 'node:util'
import type { CommandIo } from '../run/io.ts'
import { shown } from './safe-text.ts'

/** How text looks where it goes. */
export interface Screen {
  readonly columns: number
  readonly now: number
  heading(text: string): string
}

/** The screen that the command writes to. */
export function screenOf({ columns, colours, now }: CommandIo): Screen {
  return {
    columns,
    now: now(),
    heading: (text) => (colours ? styleText('bold', text, { validateStream: false }) : text),
  }
}

/** Text broken at blanks into lines of at most `width` characters; a longer word stands alone and whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of shown(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** Names with their values in two columns; a value of several lines or a long one goes on below itself. */
export function pairs(rows: readonly (readonly [name: string, value: string])[], { columns }: Screen): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows
    .flatMap(([name, value]) => {
      const [first = '', ...rest] = value.split('\n').flatMap((line) => wrapped(line, columns - width - 2))
      return [`${name.padEnd(width)}  ${first}`, ...rest.map((line) => ' '.repeat(width + 2) + line)]
    })
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Rows under a heading, each with a line of words of its own below: ids are long, and 80 columns are few. */
export function listing(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly below: string }[],
  screen: Screen,
): string {
  const all = [head, ...rows.map(({ cells }) => cells.map(shown))]
  const widths = head.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    screen.heading(line(head)),
    ...rows.flatMap(({ cells, below }) => [
      line(cells.map(shown)),
      ...wrapped(below, screen.columns - 4).map((text) => `    ${text}`),
    ]),
  ].join('\n')
}

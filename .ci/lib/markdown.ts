/** A fenced block of code in a document. */
export interface Fence {
  readonly language: string
  readonly code: string
  /** The line of the document on which the code begins, from 1. */
  readonly line: number
  /** The reason in a `<!-- no-compile: reason -->` right above the fence. */
  readonly noCompile?: string
}

const reasonPattern = /^<!--\s*no-compile:\s*(.*?)\s*-->$/

/** The fences of a document, in order. A fence inside a list item loses the item's indentation. */
export function fences(text: string): Fence[] {
  const lines = text.split('\n')
  const found: Fence[] = []
  for (let at = 0; at < lines.length; at++) {
    const opening = /^(\s*)(`{3,})(\w*)/.exec(lines[at] ?? '')
    if (opening === null) continue
    const [, indent = '', ticks = '', language = ''] = opening
    const closing = lines.findIndex((line, index) => index > at && line.trim() === ticks)
    const end = closing === -1 ? lines.length : closing
    const code = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    const above = lines.slice(0, at).findLast((line) => line.trim() !== '')
    const reason = reasonPattern.exec(above?.trim() ?? '')?.[1]
    found.push({
      language,
      code: code.join('\n'),
      line: at + 2,
      ...(reason === undefined ? {} : { noCompile: reason }),
    })
    at = end
  }
  return found
}

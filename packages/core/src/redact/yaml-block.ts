const blockScalar = /^[|>][+-]?\d?[\t ]*$/
const item = /^[\t ]*-[\t ]/
/** A field within a mapping is judged by its own name. */
const field = /^[\t ]*(?:-[\t ]+)*["']?[\w./-]{1,128}["']?[\t ]*:(?:[\t ]|$)/
/** What may stand between a name and the line below: an indicator and white space. */
const maxIndicator = 16
const maxLines = 256
const maxName = 512

/**
 * Where the YAML value ends that begins on the lines after a name: a block scalar (`|`, `>`), a list of scalars or a plain
 * value, further to the right than the name. `start` itself when there is none. `start` is where the value would stand on the
 * line of the name, `nameAt` where the name stands.
 */
export function yamlBlockEnd(text: string, nameAt: number, start: number): number {
  const toLineEnd = text.slice(start, start + maxIndicator).indexOf('\n')
  if (toLineEnd === -1) return start
  const lineEnd = start + toLineEnd
  const scalar = blockScalar.test(text.slice(start, lineEnd))
  if (!scalar && text.slice(start, lineEnd).trim() !== '') return start
  const indent = indentOf(text.slice(Math.max(text.lastIndexOf('\n', nameAt) + 1, nameAt - maxName), nameAt))
  let end = start
  let from = lineEnd + 1
  for (let lines = 0; lines < maxLines && from < text.length; lines += 1) {
    const to = indexOr(text.indexOf('\n', from), text.length)
    const line = text.slice(from, to)
    if (line.trim() !== '') {
      const deeper = indentOf(line) > indent
      const listed = !scalar && indentOf(line) === indent && item.test(line)
      if (!deeper && !listed) break
      if (!scalar && field.test(line)) break
      end = to
    }
    from = to + 1
  }
  return end
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

function indexOr(index: number, otherwise: number): number {
  return index === -1 ? otherwise : index
}

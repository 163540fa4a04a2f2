import type { Json, JsonObject } from '../model/json.ts'

/** How many beginnings are tried: so often is a text read at most. */
const maxBeginnings = 8

/**
 * The first object of JSON in a text, whatever stands around it: words, a fence of Markdown, another brace. Takes time linear in the
 * text. Undefined when there is none, or none that begins at one of the first eight braces that could begin one.
 */
export function firstObject(text: string): JsonObject | undefined {
  let at = 0
  for (let tried = 0; tried < maxBeginnings; tried += 1) {
    const begin = text.indexOf('{', at)
    if (begin < 0) return undefined
    const end = endOfObject(text, begin)
    const object = end === undefined ? undefined : parsed(text.slice(begin, end))
    if (object !== undefined) return object
    // What is balanced but no JSON is skipped as a whole, so that its inside is not taken for the answer.
    at = end ?? begin + 1
  }
  return undefined
}

/** The end of what begins with the brace at `begin`, past the brace that closes it; braces within quotes do not count. */
function endOfObject(text: string, begin: number): number | undefined {
  let depth = 0
  let quoted = false
  for (let at = begin; at < text.length; at += 1) {
    const character = text[at]
    if (quoted) {
      if (character === '\\') at += 1
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value as Json) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

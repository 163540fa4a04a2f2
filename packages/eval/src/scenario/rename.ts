import { createHash } from 'node:crypto'

const consonants = 'bdfgklmnprstvz'
const vowels = 'aeiou'

/**
 * Replaces the words wherever they stand alone in a text, in keys and values alike, by made-up ones that depend on the seed and
 * nothing else. Upper case and a first capital are kept. Seed 0 leaves everything as it is.
 */
export function renamed(value: unknown, names: readonly string[], seed: number): unknown {
  if (seed === 0 || names.length === 0) return value
  const made = madeUp(names, seed)
  // The longest first, so that `checkout-worker` is not read as `checkout` and something else.
  const longest = [...made.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${longest.join('|')})(?![A-Za-z0-9])`, 'gi')
  const inText = (text: string) => text.replace(pattern, (word) => inCaseOf(word, made.get(word.toLowerCase()) ?? word))
  const inside = (part: unknown): unknown => {
    if (typeof part === 'string') return inText(part)
    if (Array.isArray(part)) return part.map(inside)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [inText(key), inside(each)]))
  }
  return inside(value)
}

function madeUp(names: readonly string[], seed: number): ReadonlyMap<string, string> {
  const made = new Map<string, string>()
  const taken = new Set(names)
  for (const name of names) {
    for (let attempt = 0; !made.has(name); attempt += 1) {
      const word = wordOf(`${seed}/${name}/${attempt}`)
      if (taken.has(word)) continue
      taken.add(word)
      made.set(name, word)
    }
  }
  return made
}

/** Three syllables: 343,000 words, all of them valid names of Kubernetes objects. */
function wordOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest()
  return [0, 2, 4].map((at) => letter(consonants, bytes[at]) + letter(vowels, bytes[at + 1])).join('')
}

function letter(letters: string, byte = 0): string {
  return letters.charAt(byte % letters.length)
}

function inCaseOf(word: string, made: string): string {
  if (word === word.toUpperCase()) return made.toUpperCase()
  return word.charAt(0) === word.charAt(0).toUpperCase() ? made.charAt(0).toUpperCase() + made.slice(1) : made
}

import { findBlobs } from './blobs.ts'
import { decodedStretches } from './decode.ts'
import { findManifestValues } from './manifest.ts'
import { findPairs } from './pairs.ts'
import { findPem } from './pem.ts'
import { findPhrases } from './phrases.ts'
import type { Rule, Span } from './span.ts'
import { findTokens } from './tokens.ts'
import { findUserInfo } from './urls.ts'
import { unescapedView } from './view.ts'

/** What gives a secret away as it stands, in the order in which it is looked for. */
export const plainRules: readonly Rule[] = [
  findPem,
  findManifestValues,
  findUserInfo,
  findPairs,
  findPhrases,
  findTokens,
  findBlobs,
]

/** How many layers of encodings are looked through. */
const maxLayers = 3
/** What only encoded text is judged by: the head of a token as JSON, and a user with a password. */
const encodedOnly: Rule = (text) =>
  Array.from(text.matchAll(/"(?:alg|kid)"\s?:\s?"/g), ({ index }) => ({ start: index, end: index + 5, kind: 'jwt' }))

/** Finds what escapes hide: what shows when JSON, URL and HTML escapes are taken away, up to three times. */
export function findEscaped(text: string): readonly Span[] {
  return behindEscapes(text, maxLayers)
}

function behindEscapes(text: string, layers: number): readonly Span[] {
  const view = layers === 0 ? undefined : unescapedView(text)
  if (view === undefined) return []
  const found = [...plainRules, (seen: string) => findEncoded(seen, layers - 1)].flatMap((rule) => rule(view.text))
  return [...found, ...behindEscapes(view.text, layers - 1)].map(view.original)
}

/** Finds stretches in base64, hexadecimal or lists of bytes that hold a secret once they are decoded. All of such a stretch goes. */
export function findEncoded(text: string, layers: number = maxLayers): readonly Span[] {
  if (layers === 0) return []
  return decodedStretches(text)
    .filter(({ readings }) => readings.some((reading) => holdsSecret(reading, layers - 1)))
    .map(({ start, end }) => ({ start, end, kind: 'encoded' }))
}

function holdsSecret(text: string, layers: number): boolean {
  return (
    [...plainRules, encodedOnly].some((rule) => rule(text).length > 0) ||
    findEncoded(text, layers).length > 0 ||
    behindEscapes(text, layers).length > 0
  )
}

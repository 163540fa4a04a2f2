import { findBlobs } from './blobs.ts'
import { decodedStretches } from './decode.ts'
import { findManifestValues } from './manifest.ts'
import { findPairs } from './pairs.ts'
import { findPem } from './pem.ts'
import { findPhrases } from './phrases.ts'
import { matches, type Rule, type Span } from './span.ts'
import { findTokens } from './tokens.ts'
import { findUserInfo } from './urls.ts'
import { unescapedView } from './view.ts'

/** What gives a secret away by its name or shape, in the order in which it is looked for. */
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
/** What only encoded text is judged by: the head of a token as JSON. */
const tokenHead: Rule = matches(/"(?:alg|kid)"\s?:\s?"/g, 'jwt')

/**
 * These rules, and before them the same behind escapes of JSON, URLs and HTML, and in base64, hexadecimal and lists of bytes, up
 * to three layers. What is hidden comes first: a part that is taken out as it stands would make the rest unreadable, not unknown.
 */
export function throughLayers(plain: readonly Rule[]): readonly Rule[] {
  return [(text) => findAtOnce(plain, text), (text) => findEncoded(plain, text, maxLayers), ...plain]
}

/** What shows with the escapes and without them: an escaped quote ends a value in one reading and not in the other. */
function findAtOnce(plain: readonly Rule[], text: string): readonly Span[] {
  const escaped = findEscaped(plain, text, maxLayers)
  return escaped.length === 0 ? escaped : [...plain.flatMap((rule) => rule(text)), ...escaped]
}

function findEscaped(plain: readonly Rule[], text: string, layers: number): readonly Span[] {
  const view = layers === 0 ? undefined : unescapedView(text)
  if (view === undefined) return []
  const found = [...plain.flatMap((rule) => rule(view.text)), ...findEncoded(plain, view.text, layers - 1)]
  return [...found, ...findEscaped(plain, view.text, layers - 1)].map(view.original)
}

/** All of a stretch goes when something in it does: half of an encoded text is no use to a reader. */
function findEncoded(plain: readonly Rule[], text: string, layers: number): readonly Span[] {
  if (layers === 0) return []
  return decodedStretches(text)
    .filter(({ readings }) => readings.some((reading) => holdsSecret(plain, reading, layers - 1)))
    .map(({ start, end }) => ({ start, end, kind: 'encoded' }))
}

function holdsSecret(plain: readonly Rule[], text: string, layers: number): boolean {
  return (
    tokenHead(text).length > 0 ||
    plain.some((rule) => rule(text).length > 0) ||
    findEncoded(plain, text, layers).length > 0 ||
    findEscaped(plain, text, layers).length > 0
  )
}

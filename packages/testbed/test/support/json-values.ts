/** A JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** Whole numbers from 0 to below `end`. */
export type Below = (end: number) => number

/** Chance that is the same for the same seed (xorshift32). */
export function chanceOf(seed: number): Below {
  let state = seed | 1
  return (end) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % end
  }
}

const edges = [
  ...[0, -0, 1, -1, 0.1, 0.5, 1 / 3, 4.35, Number('333333333.33333329'), 295_147_905_179_352_830_000],
  ...[Number.MAX_VALUE, Number.MIN_VALUE, 2.225_073_858_507_201_4e-308, 2.225_073_858_507_201e-308],
  ...[2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 2 ** 63, 2 ** 64, 2 ** 31, 2 ** 32, 2 ** -1022, 2 ** -1074, 2 ** 1023],
  // Where the form of a number changes.
  ...[1e21, 999_999_999_999_999_900_000, 1e20, 1e-6, 9.999_999e-7, 1e-7, 1.5e-7, 1e22, 1e23, 1e-5, 123e-20, 1e300],
]

const letters = [
  ...Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(code)),
  ...['"', '\\', '/', '\x7f', '\x80', '\xa0', 'a', 'b', 'Z', '1', '10', '2', 'é', 'ö', 'ß', '€', '\u2028', '\u2029'],
  // Behind the surrogates as numbers, and before them as UTF-16 code units; and those of them that are pairs.
  ...['\ud7ff', '\ue000', '\ufb33', '\ufeff', '\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}'],
]

function aNumber(below: Below): number {
  const kind = below(4)
  if (kind === 0) return edges[below(edges.length)] ?? 0
  if (kind === 1) return below(2 ** 32) * (below(2) === 0 ? 1 : -(2 ** 21))
  const view = new DataView(new ArrayBuffer(8))
  // A neighbour of an edge, or any double that there is.
  view.setFloat64(0, edges[below(edges.length)] ?? 0)
  if (kind === 2) view.setUint32(4, view.getUint32(4) + below(7) - 3)
  else for (const at of [0, 4]) view.setUint32(at, below(2 ** 32))
  const value = view.getFloat64(0)
  return Number.isFinite(value) ? value : 0
}

function aString(below: Below): string {
  return Array.from({ length: below(6) }, () => letters[below(letters.length)] ?? '').join('')
}

/** A value of chance, at most so deep. */
export function aValue(below: Below, depth = 3): JsonValue {
  const kind = below(depth === 0 ? 4 : 7)
  if (kind === 0) return [null, true, false][below(3)] ?? null
  if (kind < 3) return aNumber(below)
  if (kind === 3) return aString(below)
  if (kind === 4) return Array.from({ length: below(4) }, () => aValue(below, depth - 1))
  return Object.fromEntries(Array.from({ length: below(5) }, () => [aString(below), aValue(below, depth - 1)]))
}

/** The same value as somebody else may have written it: keys in another order, other escapes, digits and blanks. */
export function written(value: JsonValue, below: Below): string {
  const blank = () => [' ', '\t', '', '', ''][below(5)] ?? ''
  if (typeof value === 'string') return quoted(value, below)
  if (typeof value === 'number') return `${blank()}${digits(value, below)}${blank()}`
  if (value === null || typeof value === 'boolean') return String(value)
  if (isList(value)) return `[${value.map((each) => `${blank()}${written(each, below)}`).join()}${blank()}]`
  const members = Object.entries(value).map(
    ([key, each]) => [below(1_000), `${quoted(key, below)}${blank()}:${written(each, below)}`] as const,
  )
  const text = members.toSorted(([left], [right]) => left - right).map(([, member]) => member)
  return `{${blank()}${text.join(`${blank()},`)}${blank()}}`
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function digits(value: number, below: Below): string {
  if (Object.is(value, -0)) return ['-0', '-0.0', '0', '-0e5'][below(4)] ?? ''
  // Seventeen digits and more name the same double as the fewest that do.
  return [String(value), value.toExponential(17 + below(4)), value.toPrecision(17)][below(3)] ?? ''
}

function quoted(text: string, below: Below): string {
  const units = Array.from({ length: text.length }, (_, at) => text.charAt(at))
  const isEscaped = below(3) === 0
  const escaped = units.map((unit) => {
    const mustBe = unit < ' ' || unit === '"' || unit === '\\'
    if (!mustBe && !isEscaped) return unit
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${below(2) === 0 ? hex : hex.toUpperCase()}`
  })
  return `"${escaped.join('')}"`
}

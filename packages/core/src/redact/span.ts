/** A stretch of a text that gives a secret away. */
export interface Span {
  readonly start: number
  readonly end: number
  /** What kind of secret, as it stands in the marker. */
  readonly kind: string
}

/** Finds secrets of one sort in a text: in order, none within another. */
export type Rule = (text: string) => readonly Span[]

/** What stands in place of a secret. */
export type Mark = (kind: string, secret: string) => string

const wholeMark = /^\[redacted:[a-z-]{1,40}(?:#[a-z0-9]{1,16})?\]$/

/** The text with a mark in place of every span that is not a mark already. Of spans that overlap the earlier one tells the kind, and both go. */
export function cover(text: string, spans: readonly Span[], mark: Mark): string {
  if (spans.length === 0) return text
  let result = ''
  let done = 0
  for (const { start, end, kind } of joined(spans)) {
    const secret = text.slice(start, end)
    result += text.slice(done, start) + (wholeMark.test(secret) ? secret : mark(kind, secret))
    done = end
  }
  return result + text.slice(done)
}

function joined(spans: readonly Span[]): readonly Span[] {
  const result: { start: number; end: number; kind: string }[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last === undefined || span.start >= last.end) result.push({ ...span })
    else last.end = Math.max(last.end, span.end)
  }
  return result
}

const nothing: readonly Span[] = []

/** A rule that finds every match of a global pattern. What a named group `before` took leads to the secret and stays. */
export function matches(pattern: RegExp, kind: string): Rule {
  // Most texts hold nothing, and a test without a list of what was found costs a fraction.
  const any = new RegExp(pattern.source, pattern.flags.replace('g', ''))
  return (text) => (any.test(text) ? Array.from(text.matchAll(pattern), (found) => spanOf(found, kind)) : nothing)
}

function spanOf(found: RegExpExecArray, kind: string): Span {
  const end = found.index + found[0].length
  return { start: found.index + (found.groups?.['before']?.length ?? 0), end, kind }
}

/** The same rule, asked only where a text holds a trace of what it looks for. */
export function where(trace: RegExp, rule: Rule): Rule {
  return (text) => (trace.test(text) ? rule(text) : nothing)
}

/** All that several rules find. */
export function allOf(rules: readonly Rule[]): Rule {
  return (text) => {
    let all = nothing
    for (const rule of rules) {
      const found = rule(text)
      if (found.length > 0) all = all.length === 0 ? found : [...all, ...found]
    }
    return all
  }
}

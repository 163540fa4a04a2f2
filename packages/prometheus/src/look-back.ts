import type { RuleGroups } from './parse-rules.ts'

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/**
 * How long after the cause has gone the alerts of these names may still fire, in milliseconds: the longest range that
 * their expressions look back over, through recording rules too, or the longest `keep_firing_for`. Undefined when no rule
 * has any of these names.
 */
export function longestLookBackMs(groups: RuleGroups, alertnames: readonly string[]): number | undefined {
  const rules = groups.flatMap((group) => group.rules)
  const recorded = new Map<string, string[]>()
  for (const rule of rules) {
    if (rule.type === 'recording') recorded.set(rule.name, [...(recorded.get(rule.name) ?? []), rule.query])
  }
  const seen = new Set<string>()
  const rangeOf = (query: string): number => {
    const code = withoutText(query)
    const own = rangesIn(code)
    const names = (code.match(/[a-zA-Z_:][\w:]*/g) ?? []).filter((name) => recorded.has(name) && !seen.has(name))
    for (const name of names) seen.add(name)
    const deeper = names.flatMap((name) => recorded.get(name) ?? []).map(rangeOf)
    return Math.max(0, ...own, ...deeper)
  }
  const lookBacks = rules
    .filter((rule) => rule.type === 'alerting' && alertnames.includes(rule.name))
    .map((rule) => Math.max(rangeOf(rule.query), rule.type === 'alerting' ? rule.keepFiringFor * 1_000 : 0))
  return lookBacks.length === 0 ? undefined : Math.max(...lookBacks)
}

/** The expression without its strings and comments, which may hold anything. */
function withoutText(query: string): string {
  return query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/g, ' ')
}

/** Lengths of range selectors and subqueries, such as `[5m]` and `[1h:30s]`. */
function rangesIn(code: string): readonly number[] {
  return [...code.matchAll(/\[\s*([\da-z.]+)\s*[\]:]/g)].map(([, text = '']) => durationMs(text))
}

/** `1h30m` or a bare number of seconds, in milliseconds; 0 for anything else. */
function durationMs(text: string): number {
  if (/^[\d.]+$/.test(text)) return Number(text) * 1_000
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (unitMs[unit ?? ''] ?? 0),
    0,
  )
}

import canonicalize from 'canonicalize'
import type { Citation, Evidence, ReadingSeries } from '../../model/evidence.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Investigation } from '../../ports/investigation.ts'

/** One piece of evidence under the name by which a model cites it. */
export interface Item {
  /** Such as `e3`; its facts are `e3.f0`, `e3.f1` … */
  readonly id: string
  readonly evidence: Evidence
  readonly text?: Redacted
  readonly series: readonly ReadingSeries[]
}

/** The evidence of an investigation under short names. */
export interface Items {
  /** In order of their names. Takes in what was read since the last look. */
  all(): readonly Item[]
  /** What a name such as `e3` or `e3.f2` stands for; undefined when there is no such thing. */
  cited(name: string): { readonly item: Item; readonly citation: Citation } | undefined
}

/** Names evidence by tool and input, not by which reading came first: the same world gives the same names. */
export function itemsOf(investigation: Investigation): Items {
  const items: Item[] = []

  function all(): readonly Item[] {
    const known = new Set(items.map(({ evidence }) => evidence.id))
    const fresh = investigation.evidence().filter(({ id }) => !known.has(id))
    const inOrder = fresh.map((evidence) => [orderOf(evidence), evidence] as const).sort(([a], [b]) => (a < b ? -1 : 1))
    for (const [, evidence] of inOrder) {
      const text = investigation.textOf(evidence)
      const series = investigation.seriesOf(evidence)
      items.push({ id: `e${items.length + 1}`, evidence, series, ...(text !== undefined && { text }) })
    }
    return items
  }

  return {
    all,
    cited(name) {
      const [, id, fact] = /^(e\d{1,6})(?:\.f(\d{1,6}))?$/.exec(name) ?? []
      const item = all().find((each) => each.id === id)
      if (item === undefined) return undefined
      const evidenceId = item.evidence.id
      if (fact === undefined) return { item, citation: { evidenceId } }
      return Number(fact) < item.evidence.facts.length
        ? { item, citation: { evidenceId, fact: Number(fact) } }
        : undefined
    },
  }
}

function orderOf({ tool, input }: Evidence): string {
  return `${tool} ${canonicalize(input)}`
}

import type { Investigation } from '../../ports/investigation.ts'
import { type Handles, handlesOf } from './handles.ts'
import { type Item, type Items, itemsOf } from './items.ts'
import type { PackedEvidence, PackingTable } from './pack-evidence.ts'

/** What one conversation with a model has put before it so far. */
export interface Board {
  readonly items: Items
  readonly handles: Handles
  /** For one more text of evidence, with marks of its own. */
  table(): PackingTable
  /** Takes note of what was shown, and of which items something had no room. */
  shown(items: readonly Item[], packed: Omit<PackedEvidence, 'text'>): void
  /** Whether an item, or one fact of it, was shown at any time: what was not, nobody can have weighed. */
  wasShown(item: string, fact?: number): boolean
  /** Items of which something was never shown. */
  leftOut(): readonly string[]
  /** Takes note that something could not be read for want of room. */
  noRoom(): void
  readonly isFull: () => boolean
}

/** 48 bits: nobody guesses them within an incident, and a model reads them twice with every text. */
const nonceLength = 12

/** An empty board. */
export function boardOf(investigation: Investigation): Board {
  const items = itemsOf(investigation)
  const handles = handlesOf(investigation)
  let missing: readonly string[] = []
  const names = new Set<string>()
  let full = false
  return {
    items,
    handles,
    table: () => ({ items, handles, nonce: investigation.nonce().slice(0, nonceLength) }),
    shown(seen, { leftOut, names: read }) {
      const ids = new Set(seen.map(({ id }) => id))
      missing = [...missing.filter((id) => !ids.has(id)), ...leftOut]
      for (const name of read) names.add(name)
    },
    wasShown: (item, fact) => names.has(fact === undefined ? item : `${item}.f${fact}`),
    leftOut: () => missing,
    noRoom: () => {
      full = true
    },
    isFull: () => full,
  }
}

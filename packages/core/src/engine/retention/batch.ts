import type { Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { RetentionKind } from '../../model/retention.ts'

/** What one run does for a tenant: one commit. */
export interface Batch {
  readonly put: Put[]
  readonly audit: AuditDraft[]
  readonly counts: Map<RetentionKind, number>
  /** Rows that may still be written or deleted. */
  room: number
  /** Set when something was left for the next run. */
  isBehind: boolean
}

/** An empty batch. */
export function newBatch(room: number): Batch {
  return { put: [], audit: [], counts: new Map(), room, isBehind: false }
}

/** Adds puts to a batch, how many rows they are, and what they count for. */
export function addTo(
  batch: Batch,
  put: readonly Put[],
  rows: number,
  counts: Readonly<Partial<Record<RetentionKind, number>>>,
): void {
  batch.put.push(...put)
  batch.room -= rows
  for (const [kind, add] of Object.entries(counts) as [RetentionKind, number][]) {
    if (add > 0) batch.counts.set(kind, (batch.counts.get(kind) ?? 0) + add)
  }
}

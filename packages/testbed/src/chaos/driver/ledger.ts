import type { CommittedEntry } from '../host/orders.ts'

/** What hosts, before they died, had said is safe. All of it must be there afterwards. */
export interface Ledger {
  /** Entries of the log whose commit was answered. */
  readonly entries: CommittedEntry[]
  /** Services whose alert was thanked for with a 200. */
  readonly alerts: string[]
  /** Incidents of approvals that resolved. */
  readonly approvals: { readonly id: string; readonly incidentId: string }[]
}

/** Nothing was promised yet. */
export function emptyLedger(): Ledger {
  return { entries: [], alerts: [], approvals: [] }
}

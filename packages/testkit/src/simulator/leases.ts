import type { Change, Claim, MemoryState } from '@mendkit/core'

/** Who holds which incident, told from the store's own rows and from what it answered to claims. */
export interface LeaseWatch {
  claimed(by: string, claims: readonly Claim[]): void
  /** Remembers how things stand before a change. */
  before(change: Change): void
  /** Whether this process held the incident then. */
  held(by: string, incidentId: string): boolean
}

/** Watches the leases of a state. */
export function watchLeases(state: MemoryState, now: () => number): LeaseWatch {
  const claimers = new Map<string, string>()
  const holders = new Map<string, string>()
  return {
    claimed(by, claims) {
      for (const { incidentId, epoch } of claims) claimers.set(`${incidentId} ${epoch}`, by)
    },
    before({ tenant, audit }) {
      holders.clear()
      for (const { subject } of audit) {
        const row = state.tenants.get(tenant)?.due.get(subject.id)
        const holder = row !== undefined && row.leaseUntil > now() && claimers.get(`${subject.id} ${row.epoch}`)
        if (holder) holders.set(subject.id, holder)
      }
    },
    held: (by, incidentId) => holders.get(incidentId) === by,
  }
}

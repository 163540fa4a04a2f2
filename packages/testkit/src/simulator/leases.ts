import type { Change, Claim, MemoryState } from '@mendkit/core'

/** Who holds which incident, told from the store's own rows and from what it answered to claims. */
export interface LeaseWatch {
  claimed(by: string, claims: readonly Claim[]): void
  /** Remembers how things stand before a change. */
  before(change: Change): void
  /** Whether this process held the incident then. */
  held(by: string, incidentId: string): boolean
  /** Whether this process holds the incident now. */
  holds(by: string, incidentId: string): boolean
}

/** Watches the leases of a state. */
export function watchLeases(state: MemoryState, now: () => number): LeaseWatch {
  const claimers = new Map<string, string>()
  const holders = new Map<string, string>()
  function holderOf(tenant: string, incidentId: string): string | undefined {
    const row = state.tenants.get(tenant)?.due.get(incidentId)
    return row !== undefined && row.leaseUntil > now() ? claimers.get(`${incidentId} ${row.epoch}`) : undefined
  }

  return {
    claimed(by, claims) {
      for (const { incidentId, epoch } of claims) claimers.set(`${incidentId} ${epoch}`, by)
    },
    before({ tenant, audit }) {
      holders.clear()
      for (const { subject } of audit) {
        const holder = holderOf(tenant, subject.id)
        if (holder !== undefined) holders.set(subject.id, holder)
      }
    },
    holds: (by, incidentId) => [...state.tenants.keys()].some((tenant) => holderOf(tenant, incidentId) === by),
    held: (by, incidentId) => holders.get(incidentId) === by,
  }
}

import type { Change, Claim, MemoryState } from '@mendkit/core'

/** Who holds which incident, told from the store's own rows and from what it answered to claims. */
export interface LeaseWatch {
  claimed(by: string, claims: readonly Claim[]): void
  /** Remembers how things stand before a change. */
  before(change: Change): void
  /** Whether this process held the incident then. */
  held(by: string, incidentId: string): boolean
  /** When the lease under which a change was written was claimed, true ms since 1970; undefined when there was none. */
  began(incidentId: string): number | undefined
  /** Whether this process holds the incident now. */
  holds(by: string, incidentId: string): boolean
}

/** Watches the leases of a state. */
export function watchLeases(state: MemoryState, now: () => number): LeaseWatch {
  const claimers = new Map<string, { readonly by: string; readonly at: number }>()
  const holders = new Map<string, { readonly by: string; readonly at: number }>()
  function holderOf(tenant: string, incidentId: string) {
    const row = state.tenants.get(tenant)?.due.get(incidentId)
    return row !== undefined && row.leaseUntil > now() ? claimers.get(`${incidentId} ${row.epoch}`) : undefined
  }

  return {
    claimed(by, claims) {
      for (const { incidentId, epoch } of claims) claimers.set(`${incidentId} ${epoch}`, { by, at: now() })
    },
    before({ tenant, audit }) {
      holders.clear()
      for (const { subject } of audit) {
        const holder = holderOf(tenant, subject.id)
        if (holder !== undefined) holders.set(subject.id, holder)
      }
    },
    holds: (by, incidentId) => [...state.tenants.keys()].some((tenant) => holderOf(tenant, incidentId)?.by === by),
    held: (by, incidentId) => holders.get(incidentId)?.by === by,
    began: (incidentId) => holders.get(incidentId)?.at,
  }
}

/** Tells the readers of a tenant's log in this process that something was added. */
export interface Bell {
  /** Calls `wake` at every ring for the tenant, until the returned function is called. `wake` must not throw. */
  listen(tenant: string, wake: () => void): () => void
  ring(tenant: string): void
}

/** Makes a bell that nobody listens to yet. It keeps nothing for tenants without listeners. */
export function createBell(): Bell {
  const listeners = new Map<string, Set<() => void>>()
  return {
    listen(tenant, wake) {
      const ofTenant = listeners.get(tenant) ?? new Set()
      listeners.set(tenant, ofTenant.add(wake))
      return () => {
        ofTenant.delete(wake)
        if (ofTenant.size === 0 && listeners.get(tenant) === ofTenant) listeners.delete(tenant)
      }
    },
    ring(tenant) {
      for (const wake of [...(listeners.get(tenant) ?? [])]) wake()
    },
  }
}

/** Logs of which is remembered, for one sink, how far they are anchored. More are looked up again. */
const maxLogs = 100_000

/** What this process knows of one sink; the rest is in the store and in the sink itself. */
interface AnchorState {
  /** Entries that the sink was seen to hold of a tenant's log, after the two had been compared. */
  seen(tenant: string): number | undefined
  see(tenant: string, size: number): void
  /** The two are compared anew when the log is next looked at. */
  forget(tenant: string): void
}

/** What a process remembers of its sinks, by id. */
export type AnchorStates = (sink: string) => AnchorState

/** Nothing is known yet. */
export function createAnchorStates(): AnchorStates {
  const states = new Map<string, AnchorState>()
  return (sink) => {
    const state = states.get(sink) ?? createAnchorState()
    states.set(sink, state)
    return state
  }
}

function createAnchorState(): AnchorState {
  const sizes = new Map<string, number>()
  return {
    seen: (tenant) => sizes.get(tenant),
    see(tenant, size) {
      const [oldest] = sizes.keys()
      if (sizes.size >= maxLogs && oldest !== undefined && !sizes.has(tenant)) sizes.delete(oldest)
      sizes.set(tenant, size)
    },
    forget: (tenant) => void sizes.delete(tenant),
  }
}

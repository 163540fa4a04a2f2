import { type MemoryState, memoryState, type Store, storeOverMemory } from '@mendkit/core'

/** A store whose process can die. */
export interface SimulatedStore extends Store {
  /**
   * Ends the store as `kill -9` ends a process: no call answers any more, neither those under way nor new ones. A commit
   * that was under way is there or not, wholly. Open another store on the same state to go on.
   */
  kill(): void
}

/**
 * The in-memory store as a database that outlives its workers: it says `durable: true`, so that the engine acts on it in
 * tests. Several stores on one `state` are several workers on one database.
 */
export function simulatedStore(state: MemoryState = memoryState()): SimulatedStore {
  let alive = true
  const store = storeOverMemory(state, { id: 'simulated', durable: true })

  async function whileAlive(answer: () => Promise<unknown>): Promise<unknown> {
    if (!alive) return forever()
    try {
      const value = await answer()
      return alive ? value : await forever()
    } catch (error) {
      if (!alive) return forever()
      throw error
    }
  }

  const members = Object.entries(store).map(([name, member]: [string, unknown]) => [
    name,
    typeof member === 'function'
      ? (...args: unknown[]) => whileAlive(() => Reflect.apply(member, store, args) as Promise<unknown>)
      : member,
  ])
  return {
    ...(Object.fromEntries(members) as Store),
    kill: () => {
      alive = false
    },
  }
}

function forever(): Promise<never> {
  return new Promise(() => {
    // A dead process answers nothing.
  })
}

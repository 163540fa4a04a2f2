import {
  createMendkit,
  type LogFields,
  type Mendkit,
  type MendkitOptions,
  type Redacted,
  type Store,
} from '@mendkit/core'
import { simulatedStore, type VirtualClock, virtualClock } from '@mendkit/testkit'
import { parseAuditEntry } from '../../src/audit/parse-entry.ts'

/** A host that runs, on a clock that stands still until it is told to go on. */
export interface Host {
  readonly mendkit: Mendkit
  readonly clock: VirtualClock
  readonly store: Store
  /** Everything that was logged, one text a line. */
  readonly logged: string[]
  /** How `run` ended: undefined while it has not, else `ended` or the error. */
  ended(): unknown
  /** Asks the run to stop. */
  abort(): void
  alert(name?: string): Promise<void>
  /** Types of the entries of the default tenant's log, with their data. */
  entries(): Promise<readonly { readonly type: string; readonly data: Record<string, unknown> }[]>
  /** Asks the run to stop, waits for it on the clock, and closes. */
  stop(): Promise<void>
}

/** What a host is opened with: any option, and members of the store to replace. */
export type HostOptions = MendkitOptions & { readonly faults?: (store: Store) => Partial<Store> }

/** Composes a Mendkit on a simulated store, and does not run it. */
export function composeHost({ faults = () => ({}), ...options }: HostOptions = {}) {
  const clock = virtualClock()
  const logged: string[] = []
  const line = (text: Redacted, fields?: LogFields) => {
    logged.push(fields === undefined ? text : `${text} ${JSON.stringify(fields)}`)
  }
  const inner = simulatedStore()
  const store: Store = { ...inner, ...faults(inner) }
  const mendkit = createMendkit({
    store,
    ...options,
    system: { clock, log: { debug: line, info: line, warn: line, error: line }, ...options.system },
  })
  return { mendkit, clock, store, logged }
}

/** Opens a host and runs it. */
export async function openHost(options: HostOptions = {}): Promise<Host> {
  const { mendkit, clock, store, logged } = composeHost(options)
  const stopping = new AbortController()
  let outcome: unknown
  void mendkit.run({ signal: stopping.signal }).then(
    () => {
      outcome = 'ended'
    },
    (error: unknown) => {
      outcome = error
    },
  )
  await clock.advance(0)
  return {
    mendkit,
    clock,
    store,
    logged,
    ended: () => outcome,
    abort: () => stopping.abort(),
    async alert(name = 'Broken') {
      const now = new Date(clock.now()).toISOString()
      const alerts = [{ labels: { alertname: name }, startsAt: now }]
      await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts })
    },
    async entries() {
      const records = await mendkit.audit.read({ limit: 1_000 })
      return records.map(({ bytes }) => parseAuditEntry(bytes))
    },
    async stop() {
      stopping.abort()
      for (let step = 0; step < 100 && outcome === undefined; step += 1) await clock.advance(1_000)
      if (outcome !== 'ended') throw new Error('the run did not end well', { cause: outcome })
      await mendkit.close()
    },
  }
}

/** A call that never answers. */
export function hang(): Promise<never> {
  return new Promise(() => undefined)
}

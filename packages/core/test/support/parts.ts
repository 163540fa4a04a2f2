import {
  type AuditDraft,
  type CallContext,
  type Change,
  type LogFields,
  type Logger,
  MendkitError,
  type MendkitOptions,
  memoryStore,
  type Redacted,
  type Store,
} from '@mendkit/core'
import { callContext, type VirtualClock, virtualClock } from '@mendkit/testkit'
import { compose } from '../../src/engine/host/compose.ts'
import type { Parts } from '../../src/engine/parts.ts'

/** A line that was logged. */
interface LoggedLine {
  readonly level: keyof Logger
  readonly message: Redacted
  readonly fields: LogFields | undefined
}

/** The parts of an engine on an open store and a clock that stands still. */
export interface Bench {
  readonly parts: Parts
  readonly clock: VirtualClock
  readonly store: Store
  readonly ctx: CallContext
  readonly logged: LoggedLine[]
  readonly commit: (change: Partial<Change>) => Promise<readonly number[]>
}

/** Sets up parts for tests of single pieces of the engine. */
export async function setUp(options: MendkitOptions & { wrap?: (store: Store) => Store } = {}): Promise<Bench> {
  const { wrap = (store) => store, ...given } = options
  const clock = virtualClock()
  const inner = given.store ?? memoryStore()
  const store = wrap(inner)
  const logged: LoggedLine[] = []
  const line = (level: keyof Logger) => (message: Redacted, fields?: LogFields) => {
    logged.push({ level, message, fields })
  }
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  const parts = compose({ ...given, system: { ...given.system, clock, log } }, store, () => undefined)
  const ctx = callContext({ log })
  await inner.open({ clock }, ctx)
  return {
    parts,
    clock,
    store,
    ctx,
    logged,
    async commit(change) {
      const result = await inner.commit({ tenant: 'acme', expect: [], put: [], audit: [], ...change }, ctx)
      if (result.kind === 'conflict') throw new Error(`conflict: ${result.because}`)
      return result.seqs
    },
  }
}

/** An audit entry about an incident. */
export function phaseEntry(given: Partial<AuditDraft> = {}): AuditDraft {
  const entry = {
    type: 'phase-changed',
    at: Date.UTC(2026, 0, 1),
    salt: '0'.repeat(32),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: 'inc_1' },
    data: { from: 'open', to: 'diagnosing' },
    blobs: {},
    ...given,
  }
  return entry as AuditDraft
}

/** A switch that makes reads or commits of a store fail. */
export interface Faults {
  reads?: Error | undefined
  commits?: Error | undefined
}

/** A store whose calls fail while a fault is set. */
export function faultyStore(store: Store, faults: Faults): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        const fault = name === 'commit' ? faults.commits : faults.reads
        if (fault !== undefined) throw fault
        return Reflect.apply(member, target, args) as unknown
      }
    },
  })
}

/** What a store says when it is away. */
export const away = new MendkitError('unavailable', 'the store is away')

import type { Put } from '../../model/change.ts'
import type { Execution } from '../../model/execution.ts'
import type { Lock } from '../../model/lock.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'

/** Counters that cap what is in flight in a tenant. */
export const inFlightCounter = 'executions-in-flight'
/** Counter of the replicas that unfinished executions may put at risk. */
export const replicasCounter = 'replicas-in-flight'

/** The lock rows of some keys, free ones included, in key order. */
export async function readLocks(
  parts: Parts,
  tenant: string,
  keys: readonly string[],
  ctx: CallContext,
): Promise<readonly Lock[]> {
  const rows = await Promise.all(keys.map((key) => parts.store.get('lock', tenant, key, ctx)))
  return keys.map((key, index) => rows[index] ?? { tenant, id: key, revision: 0 })
}

/** Rows that take the locks for a plan and count the execution; the change conflicts when a lock or a cap says no. */
export function takeLocks(parts: Parts, locks: readonly Lock[], execution: Execution): readonly Put[] {
  const { maxInFlight, maxReplicasInFlight } = parts.settings.execution
  const held = locks.map(
    (lock): Put => ({ kind: 'document', table: 'lock', row: { ...lock, holder: execution.planId } }),
  )
  // An undo works on what its original already counts for.
  if (execution.undoes !== undefined) return held
  return [
    ...held,
    { kind: 'counter', name: inFlightCounter, add: 1, max: maxInFlight },
    { kind: 'counter', name: replicasCounter, add: execution.blastRadius.replicas, max: maxReplicasInFlight },
  ]
}

/** Rows that give back what ended executions held; keys that `stillHeld` executions need stay taken. */
export async function freeLocks(
  parts: Parts,
  ended: readonly Execution[],
  stillHeld: readonly Execution[],
  ctx: CallContext,
): Promise<readonly Put[]> {
  const tenant = ended[0]?.tenant
  if (tenant === undefined) return []
  const needed = new Set(stillHeld.flatMap((execution) => execution.lockKeys))
  const keys = [...new Set(ended.flatMap((execution) => execution.lockKeys))].filter((key) => !needed.has(key)).sort()
  const plans = new Set(ended.map((execution) => execution.planId))
  const locks = await readLocks(parts, tenant, keys, ctx)
  const rows = locks
    .filter((lock) => lock.holder !== undefined && plans.has(lock.holder))
    .map((lock): Put => ({ kind: 'document', table: 'lock', row: freed(lock, ended) }))
  const counted = ended.filter((execution) => execution.undoes === undefined)
  const replicas = counted.reduce((sum, execution) => sum + execution.blastRadius.replicas, 0)
  if (counted.length === 0) return rows
  return [
    ...rows,
    { kind: 'counter', name: inFlightCounter, add: -counted.length },
    { kind: 'counter', name: replicasCounter, add: -replicas },
  ]
}

function freed(lock: Lock, ended: readonly Execution[]): Lock {
  const moments = ended.flatMap((each) => (each.lockKeys.includes(lock.id) ? (each.observedAt ?? []) : []))
  const effects = [...moments, ...(lock.lastEffectAt === undefined ? [] : [lock.lastEffectAt])]
  const { holder: _freed, ...rest } = lock
  return { ...rest, ...(effects.length > 0 && { lastEffectAt: Math.max(...effects) }) }
}

import type { Incident } from '../../model/incident.ts'
import type { Partition } from '../../model/setting.ts'
import type { CorrelationKey } from '../../ports/alert-store.ts'
import type { CallContext } from '../../ports/context.ts'
import { changesSetting, type ListedChanges, listChanges } from '../changes.ts'
import type { Parts } from '../parts.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import type { KnownAlert } from './known-alerts.ts'
import { type KeyTime, neighbours, storedName } from './place-key.ts'

/** Where a chunk of alerts belongs. */
export interface PartitionName {
  readonly tenant: string
  readonly cluster: string
}

/** What serialises correlation, read before all else. */
export interface Footing {
  readonly partition: Partition
  /** Revision of the setting that every recorded change writes. */
  readonly changesRevision: number
  readonly changes: ListedChanges
}

/** A stored key as it is held, with its place in time. */
export interface HeldKey extends CorrelationKey {
  readonly time?: KeyTime
}

const maxNames = 1_000

/** Reads what the commit of a chunk will expect unchanged. */
export async function readFooting(
  parts: Parts,
  { tenant, cluster }: PartitionName,
  ctx: CallContext,
): Promise<Footing> {
  const partition = await parts.store.get('partition', tenant, cluster, ctx)
  const setting = await parts.store.get('setting', tenant, changesSetting, ctx)
  return {
    partition: partition ?? { tenant, id: cluster, state: 'settled', waiting: [], revision: 0 },
    changesRevision: setting?.revision ?? 0,
    changes: await listChanges(parts, tenant, ctx),
  }
}

/** Who holds the keys of these alerts, or keys close to them in time. */
export async function readHeldKeys(
  parts: Parts,
  { tenant, cluster }: PartitionName,
  alerts: readonly KnownAlert[],
  ctx: CallContext,
): Promise<readonly HeldKey[]> {
  const wanted = new Map<string, KeyTime | undefined>()
  for (const { stored, time } of alerts.flatMap(({ keys }) => keys)) {
    wanted.set(stored, time)
    if (time !== undefined) for (const near of neighbours(time)) wanted.set(storedName(near), near)
  }
  const names = [...wanted.keys()]
  const held: HeldKey[] = []
  for (let from = 0; from < names.length; from += maxNames) {
    const rows = await parts.store.correlationKeys(tenant, cluster, names.slice(from, from + maxNames), ctx)
    for (const row of rows) {
      const time = wanted.get(row.key)
      held.push({ ...row, ...(time && { time }) })
    }
  }
  return held
}

/**
 * The incidents of these ids that are not closed. One that is corrupt counts as closed: it can take no alerts, and those
 * that would belong to it must not wait for its repair.
 */
export async function readOpenIncidents(
  parts: Parts,
  tenant: string,
  ids: Iterable<string>,
  ctx: CallContext,
): Promise<ReadonlyMap<string, Incident>> {
  const read = [...new Set(ids)].map((id) =>
    unlessCorrupt(parts, `incident ${id} takes no alerts`, () => parts.store.get('incident', tenant, id, ctx)),
  )
  const open = new Map<string, Incident>()
  for (const incident of await Promise.all(read)) {
    if (incident !== undefined && incident.phase !== 'closed') open.set(incident.id, incident)
  }
  return open
}

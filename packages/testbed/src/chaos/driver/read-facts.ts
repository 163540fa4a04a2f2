import { createMendkit, type Incident, type MendkitEvent, silentLogger, toEvent } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import type { LaneWorld } from '../world/world.ts'
import type { Facts } from './judge.ts'
import type { Ledger } from './ledger.ts'

const page = 1_000

/** Reads what the store and the cluster have, once no host runs any more. */
export async function readFacts(source: string, world: LaneWorld, ledger: Ledger): Promise<Facts> {
  const mendkit = createMendkit({ store: sqlStore(source), system: { log: silentLogger } })
  try {
    const verification = await mendkit.audit.verify()
    const log: MendkitEvent[] = []
    for (;;) {
      const records = await mendkit.audit.read({ from: log.length, limit: page })
      if (records.length === 0) break
      log.push(...records.map((record) => toEvent(record, new Map())))
    }
    return {
      effects: await world.effects(),
      ledger,
      log,
      verified: verification.verified,
      executions: await allOf((after) => mendkit.executions.list({ limit: page, ...after })),
      incidents: await allOf((after) => mendkit.incidents.list({ limit: page, ...after })),
    }
  } finally {
    await mendkit.close()
  }
}

async function allOf<Row extends { readonly id: string }>(
  list: (after: { readonly after?: string }) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (;;) {
    const last = rows.at(-1)
    const more = await list(last === undefined ? {} : { after: last.id })
    rows.push(...more)
    if (more.length < page) return rows
  }
}

/** Incidents by the phase in which they are. */
export function countPhases(incidents: readonly Incident[]): Readonly<Record<string, number>> {
  const phases = Object.groupBy(incidents, ({ phase }) => phase)
  return Object.fromEntries(Object.entries(phases).map(([phase, all]) => [phase, all.length]))
}

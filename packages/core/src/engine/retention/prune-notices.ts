import type { DroppedRow } from '../../model/change.ts'
import type { DocumentTable } from '../../model/documents.ts'
import type { Ageing } from './ageing.ts'
import { addTo, type Batch } from './batch.ts'
import { dropOf } from './prune-incidents.ts'

const pageSize = 200
/** Pages that one look passes over for something that may go. */
const maxPages = 4

/** Where what is done stands, by table. */
const done = { notice: ['sent', 'failed'], command: ['done', 'refused'] } as const satisfies Partial<
  Record<DocumentTable, readonly string[]>
>

/** Drops notices that nobody waits for and commands that were answered, of incidents that were closed before a moment. */
export async function pruneNotices(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  if (before === undefined) return
  if (batch.put.length > 0) {
    // Incidents that are emptied in this run take their own along.
    batch.isBehind = true
    return
  }
  const notices = await finished(ageing, 'notice', before, batch.room)
  addTo(batch, dropOf('notice', notices), notices.length, { notices: notices.length })
  const commands = await finished(ageing, 'command', before, batch.room)
  addTo(batch, dropOf('command', commands), commands.length, { commands: commands.length })
  batch.isBehind ||= notices.length === pageSize || commands.length === pageSize
}

/** Rows that are old enough, oldest first. */
async function finished(
  { parts, tenant, settled, ctx }: Ageing,
  table: keyof typeof done,
  before: number,
  room: number,
): Promise<readonly DroppedRow[]> {
  const limit = Math.min(pageSize, room)
  if (limit < 1) return []
  for (let pages = 0, after: string | undefined; pages < maxPages; pages += 1) {
    const query = { tenant, states: done[table], limit, ...(after !== undefined && { after }) }
    const page = await parts.store.list(table, query, ctx)
    const old: DroppedRow[] = []
    for (const row of page) if (row.at < before && (await settled.isSettled(row.incidentId, before))) old.push(row)
    if (old.length > 0 || page.length < limit) return old
    after = page.at(-1)?.id
  }
  return []
}

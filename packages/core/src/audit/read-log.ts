import { MendkitError } from '../errors.ts'
import type { AuditCheckpoint, AuditRecord } from '../model/audit-entry.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'

/** Entries of one page. */
const pageSize = 512
/** Checkpoints of one page. */
const checkpointPage = 500

/** The next entries of a log. One that the store cannot read back comes as one without bytes. */
export async function readEntries(
  store: AuditStore,
  tenant: string,
  from: number,
  ctx: CallContext,
): Promise<readonly AuditRecord[]> {
  const whole = await unlessCorrupt(() => store.readAudit({ tenant, from, limit: pageSize }, ctx))
  if (whole !== undefined) return whole
  const records: AuditRecord[] = []
  for (let at = from; at < from + pageSize; at += 1) {
    const one = await unlessCorrupt(() => store.readAudit({ tenant, from: at, limit: 1 }, ctx))
    const [record] = one ?? [{ tenant, seq: at, bytes: new Uint8Array() }]
    if (record === undefined) break
    records.push(record)
    at = Math.max(at, record.seq)
  }
  return records
}

/** All checkpoints of these sizes, in order. One that the store cannot read back comes as one without a note. */
export async function* readCheckpoints(
  store: AuditStore,
  tenant: string,
  from: number,
  to: number,
  ctx: CallContext,
): AsyncGenerator<AuditCheckpoint, void> {
  let next = from
  while (next <= to) {
    const query = { tenant, from: next, to, limit: checkpointPage }
    const page = await unlessCorrupt(() => store.auditCheckpoints(query, ctx))
    if (page === undefined && next === to) {
      yield { tenant, size: to, note: '' }
      return
    }
    if (page === undefined) {
      const middle = Math.floor((next + to) / 2)
      yield* readCheckpoints(store, tenant, next, middle, ctx)
      next = middle + 1
      continue
    }
    yield* page
    if (page.length < checkpointPage) return
    next = (page.at(-1)?.size ?? to) + 1
  }
}

async function unlessCorrupt<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    return undefined
  }
}

import { MendkitError } from '../errors.ts'
import type { AuditHead, AuditRecord } from '../model/audit-entry.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { type AuditEntry, parseAuditEntry } from './parse-entry.ts'
import { emptyAuditHead, sha256 } from './seal.ts'
import { verifyBlobs } from './verify-blobs.ts'

/**
 * What is wrong at an entry: `unreadable` bytes, an entry `missing` or `misplaced`, one that does not continue the one
 * before (`broken-chain`), a text that is `blob-missing` or `blob-differs`, or an end of the log that is not where the
 * store says (`head-differs`).
 */
export type AuditProblem =
  | 'unreadable'
  | 'missing'
  | 'misplaced'
  | 'broken-chain'
  | 'blob-missing'
  | 'blob-differs'
  | 'head-differs'

/** What reading a whole log again showed. */
export type AuditVerification =
  | { readonly verified: true; readonly entries: number; readonly head: AuditHead }
  | { readonly verified: false; readonly at: number; readonly problem: AuditProblem; readonly because: string }

const pageSize = 500

/**
 * Reads a tenant's log from its first entry to its end, page by page, and finds an edit, a deletion, an insertion and a
 * reorder, and texts that are gone or changed. Entries that are added meanwhile are read too. Whoever can rewrite the
 * whole log and its head consistently is not found by this: that takes what was kept outside the database.
 *
 * Stops at the first problem. Store errors and the abort reason pass through.
 */
export async function verifyAudit(store: AuditStore, tenant: string, ctx: CallContext): Promise<AuditVerification> {
  let read = emptyAuditHead
  for (;;) {
    ctx.signal.throwIfAborted()
    // The head comes first: whatever it counts must then be found.
    const head = await store.auditHead(tenant, ctx)
    const page = await store.readAudit({ tenant, from: read.size, limit: pageSize }, ctx)
    if (page.length === 0) return compareHeads(read, head)
    const entries: AuditEntry[] = []
    for (const record of page) {
      const checked = verifyEntry(tenant, read, record)
      if ('problem' in checked) return checked
      entries.push(checked.entry)
      read = { size: read.size + 1, last: sha256(record.bytes) }
    }
    const wrong = await verifyBlobs(store, tenant, entries, ctx)
    if (wrong !== undefined) return wrong
  }
}

function verifyEntry(
  tenant: string,
  before: AuditHead,
  record: AuditRecord,
): { readonly entry: AuditEntry } | Extract<AuditVerification, { verified: false }> {
  const at = before.size
  if (record.seq > at) return failure(at, 'missing', `entry ${at} is gone; the next is ${record.seq}`)
  if (record.seq < at) return failure(at, 'misplaced', `entry ${record.seq} comes after entry ${at - 1}`)
  let entry: AuditEntry
  try {
    entry = parseAuditEntry(record.bytes)
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    return failure(at, 'unreadable', error.message)
  }
  if (entry.log !== tenant || entry.seq !== at) {
    return failure(at, 'misplaced', `entry ${at} was written as entry ${entry.seq} of log ${entry.log}`)
  }
  if (entry.prev !== before.last) {
    return failure(
      at,
      'broken-chain',
      `entry ${at} does not continue entry ${at - 1}: one of the two was changed or replaced`,
    )
  }
  return { entry }
}

function compareHeads(read: AuditHead, head: AuditHead): AuditVerification {
  if (head.size > read.size) {
    return failure(read.size, 'missing', `the log ends at ${read.size} entries, and its head counts ${head.size}`)
  }
  if (head.size < read.size) {
    return failure(
      head.size,
      'head-differs',
      `the log holds ${read.size} entries, and its head counts only ${head.size}`,
    )
  }
  if (head.last !== read.last) {
    return failure(Math.max(0, read.size - 1), 'head-differs', 'the last entry is not the one that the head names')
  }
  return { verified: true, entries: read.size, head }
}

function failure(at: number, problem: AuditProblem, because: string): Extract<AuditVerification, { verified: false }> {
  return { verified: false, at, problem, because }
}

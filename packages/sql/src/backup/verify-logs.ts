import { type AuditVerification, headRoot, MendkitError, readCheckpoint, verifyAudit } from '@mendkit/core'
import type { Database } from '../tables.ts'
import { auditHeads, auditOf, patiently } from './audit-of.ts'
import type { BackedUpLog, Diverged } from './manifest.ts'
import type { CheckedBackup } from './read-file.ts'

/** The logs of a database as they verified, and the anchors that they are behind. */
interface VerifiedLogs {
  readonly logs: Readonly<Record<string, AuditVerification>>
  readonly behind: Diverged['anchors']
}

/** Reads all logs in full. Throws `corrupt` for one that is not what its manifest says or does not verify, `invalid` for an anchor of none of them. */
export async function verifyLogs(
  db: Database,
  { manifest, file }: CheckedBackup,
  trust: readonly string[],
  anchors: readonly string[],
  signal?: AbortSignal,
): Promise<VerifiedLogs> {
  const audit = auditOf(db)
  const told = new Map(manifest.logs.map((log) => [log.tenant, log]))
  const logs: Record<string, AuditVerification> = {}
  const of = anchors.map((note, index) => ({ note, index, uses: 0 }))
  for (const [tenant, head] of await auditHeads(db)) {
    const log = told.get(tenant)
    const checkpoint = (await audit.lastAuditCheckpoint(tenant, patiently()))?.note
    const same = log?.size === head.size && log.root === headRoot(tenant, head) && log.checkpoint === checkpoint
    if (!same) throw wrong(file, tenant, 'is not the one that the manifest tells of')
    if (trust.length === 0 && checkpoint !== undefined) {
      const says = 'is signed, and no key is trusted; give the verifier keys (--trust on the command line)'
      throw new MendkitError('forbidden', `the log of tenant ${tenant} ${says}`)
    }
    const judged = { trust: head.key === undefined ? [] : trust, anchors }
    const found = await verifyAudit(audit, tenant, judged, patiently(signal))
    const [first] = found.findings.filter(({ kind }) => kind !== 'behind-anchor')
    if (first !== undefined) throw wrong(file, tenant, `is damaged at entry ${first.seq}: ${first.because}`)
    for (const [index, { relation }] of found.anchors.entries()) {
      const anchor = of[index]
      if (anchor !== undefined && relation !== 'unusable') anchor.uses += 1
    }
    logs[tenant] = found
    told.delete(tenant)
  }
  await assertNoLooseEntries(db, file)
  const [missing] = told.keys()
  if (missing !== undefined) throw wrong(file, missing, 'is not there')
  return { logs, behind: behindOf(logs, of, trust) }
}

/** Entries of a log that has no head would be read by nobody here. */
async function assertNoLooseEntries(db: Database, file: string): Promise<void> {
  const loose = await db
    .selectFrom('mendkit_audit')
    .select('tenant')
    .where('tenant', 'not in', db.selectFrom('mendkit_audit_head').select('tenant'))
    .limit(1)
    .executeTakeFirst()
  if (loose !== undefined) throw wrong(file, loose.tenant, 'has entries and no head')
}

function behindOf(
  logs: VerifiedLogs['logs'],
  anchors: readonly { readonly note: string; readonly index: number; readonly uses: number }[],
  trust: readonly string[],
): Diverged['anchors'] {
  return anchors.flatMap(({ note, index, uses }) => {
    const read = readCheckpoint(note, trust)
    const relation = read && logs[read.tenant]?.anchors[index]?.relation
    // A log that began after the backup was taken is behind whatever was anchored of it.
    if (read !== undefined && (relation === 'behind' || logs[read.tenant] === undefined)) return [{ ...read }]
    if (uses > 0) return []
    const says = 'belongs to none of these logs, or no key that you trust has signed it'
    throw new MendkitError('invalid', `anchor ${index + 1} ${says}; nothing was restored`, {
      path: `anchors[${index}]`,
    })
  })
}

function wrong(file: string, tenant: BackedUpLog['tenant'], says: string): MendkitError {
  return new MendkitError('corrupt', `in ${file} the log of tenant ${tenant} ${says}; nothing was restored`)
}

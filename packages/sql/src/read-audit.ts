import { type AuditStore, checkCount, checkLimit } from '@mendkit/core'
import type { Access } from './access.ts'
import { readAuditHead } from './append-audit.ts'
import { chunks } from './bulk-insert.ts'
import { parseAuditRecord, parseBlob } from './parse-rows.ts'

/** The audit log's own face of a store. */
export function auditReads({ read }: Access): AuditStore {
  return {
    auditHead: (tenant, ctx) => read(ctx, (db) => readAuditHead(db, tenant)),
    readAudit: ({ tenant, from, limit }, ctx) =>
      read(ctx, async (db) => {
        checkLimit(limit)
        const rows = await db
          .selectFrom('mendkit_audit')
          .select(['tenant', 'seq', 'bytes'])
          .where('tenant', '=', tenant)
          .where('seq', '>=', from)
          .orderBy('seq')
          .limit(limit)
          .execute()
        return rows.map(parseAuditRecord)
      }),
    blobs: (tenant, digests, ctx) =>
      read(ctx, async (db) => {
        checkCount('digests', digests)
        const found = []
        for (const chunk of chunks([...new Set(digests)])) {
          const rows = await db
            .selectFrom('mendkit_blob')
            .selectAll()
            .where('tenant', '=', tenant)
            .where('digest', 'in', chunk)
            .execute()
          found.push(...rows.map(parseBlob))
        }
        return found
      }),
  }
}

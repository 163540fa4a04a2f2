import { type AuditStore, checkCount, checkLimit } from '@mendkit/core'
import type { Access } from './access.ts'
import { readAuditHead } from './audit-head.ts'
import { chunks } from './bulk-insert.ts'
import { joinTile, parseAuditRecord, parseBlob, parseCheckpointRow } from './parse-rows.ts'

/** Hashes of a full tile. */
const tileWidth = 256

/** The audit log's own face of a store. */
export function auditReads({ read }: Access): AuditStore {
  return {
    auditLogs: ({ after = '', limit }, ctx) =>
      read(ctx, { sweep: 'logs' }, async (db) => {
        checkLimit(limit)
        const rows = await db
          .selectFrom('mendkit_audit_head')
          .select(['tenant', 'size'])
          .where('tenant', '>', after)
          .orderBy('tenant')
          .limit(limit)
          .execute()
        return rows.map(({ tenant, size }) => ({ tenant, size: Number(size) }))
      }),
    auditHead: (tenant, ctx) => read(ctx, { tenant }, (db) => readAuditHead(db, tenant)),
    readAudit: ({ tenant, from, limit }, ctx) =>
      read(ctx, { tenant }, async (db) => {
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
    lastAuditCheckpoint: (tenant, ctx) =>
      read(ctx, { tenant }, async (db) => {
        const row = await db
          .selectFrom('mendkit_audit_checkpoint')
          .selectAll()
          .where('tenant', '=', tenant)
          .orderBy('size', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row && parseCheckpointRow(row)
      }),
    auditCheckpoints: ({ tenant, from, to, limit }, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkLimit(limit)
        const rows = await db
          .selectFrom('mendkit_audit_checkpoint')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('size', '>=', from)
          .where('size', '<=', to ?? Number.MAX_SAFE_INTEGER)
          .orderBy('size')
          .limit(limit)
          .execute()
        return rows.map(parseCheckpointRow)
      }),
    auditTile: ({ tenant, level, index }, ctx) =>
      read(ctx, { tenant }, async (db) => {
        const rows = await db
          .selectFrom('mendkit_audit_tile')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('level', '=', level)
          .where('start', '>=', index * tileWidth)
          .where('start', '<', (index + 1) * tileWidth)
          .orderBy('start')
          .execute()
        return joinTile(rows, index * tileWidth)
      }),
    blobs: (tenant, digests, ctx) =>
      read(ctx, { tenant }, async (db) => {
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

import { type AuditRecord, type Blob, redact } from '@mendkit/core'
import type { LogRows } from '@mendkit/testkit'

/** A row as a driver reads and writes it. */
export type Row = Readonly<Record<string, unknown>>

/** Every table of the log, with its columns. */
export const logTables = {
  mendkit_audit: ['tenant', 'seq', 'bytes'],
  mendkit_audit_head: ['tenant', 'size', 'last', 'frontier', 'log_key'],
  mendkit_audit_tile: ['tenant', 'level', 'start', 'hashes'],
  mendkit_audit_checkpoint: ['tenant', 'size', 'note'],
  mendkit_blob: ['tenant', 'digest', 'salt', 'body'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** What stands in each table. */
export type LogTables = Readonly<Record<keyof typeof logTables, readonly Row[]>>

/** What the tables of a tenant's log say. */
export function logRowsOf(tables: LogTables): LogRows {
  const [head] = tables.mendkit_audit_head
  return {
    head: {
      size: Number(head?.['size'] ?? 0),
      last: textOf(head?.['last'] ?? ''),
      frontier:
        bytesOf(head?.['frontier'] ?? '')
          .toString('hex')
          .match(/.{64}/g) ?? [],
      key: textOf(head?.['log_key'] ?? ''),
    },
    entries: tables.mendkit_audit
      .map(
        (row): AuditRecord => ({
          tenant: textOf(row['tenant']),
          seq: Number(row['seq']),
          bytes: bytesOf(row['bytes']),
        }),
      )
      .toSorted((a, b) => a.seq - b.seq),
    checkpoints: tables.mendkit_audit_checkpoint
      .map((row) => ({ tenant: textOf(row['tenant']), size: Number(row['size']), note: textOf(row['note']) }))
      .toSorted((a, b) => a.size - b.size),
    tiles: tables.mendkit_audit_tile
      .map((row) => ({
        tenant: textOf(row['tenant']),
        level: Number(row['level']),
        start: Number(row['start']),
        hashes: bytesOf(row['hashes']),
      }))
      .toSorted((a, b) => a.level - b.level || a.start - b.start),
    blobs: tables.mendkit_blob
      .map(
        (row): Blob => ({
          tenant: textOf(row['tenant']),
          digest: textOf(row['digest']),
          salt: textOf(row['salt']),
          // What was written here had been redacted before.
          text: redact(textOf(row['body'])),
        }),
      )
      .toSorted((a, b) => (a.salt < b.salt ? -1 : 1)),
  }
}

/** The tables that say this. A log without entries has no head. */
export function logTablesOf(tenant: string, { head, entries, checkpoints, tiles, blobs }: LogRows): LogTables {
  const frontier = Buffer.from(head.frontier.join(''), 'hex')
  return {
    mendkit_audit: entries.map(({ seq, bytes }) => ({ tenant, seq, bytes })),
    mendkit_audit_head:
      head.size === 0 ? [] : [{ tenant, size: head.size, last: head.last, frontier, log_key: head.key }],
    mendkit_audit_tile: tiles.map(({ level, start, hashes }) => ({ tenant, level, start, hashes })),
    mendkit_audit_checkpoint: checkpoints.map(({ size, note }) => ({ tenant, size, note })),
    mendkit_blob: blobs.map(({ digest, salt, text }) => ({ tenant, digest, salt, body: Buffer.from(text) })),
  }
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value)
  return Buffer.from(String(value))
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)
}

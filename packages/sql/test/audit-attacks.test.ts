import { DatabaseSync } from 'node:sqlite'
import type { Blob } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import {
  type AttackedStore,
  attackedLogKeys,
  auditAttackContract,
  callContext,
  holdsTo,
  virtualClock,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { temporaryFile } from './folder.ts'

/** Every table of the log. */
const tables = ['audit', 'audit_head', 'audit_tile', 'audit_checkpoint', 'blob'].map((name) => `mendkit_${name}`)

async function subject(): Promise<AttackedStore & AsyncDisposable> {
  const file = temporaryFile()
  const store = sqlStore(file)
  await store.open({ clock: virtualClock(), ...attackedLogKeys }, callContext())
  return {
    store,
    [Symbol.asyncDispose]: () => store.close(),
    async rewrite(tenant, change) {
      const database = new DatabaseSync(file, { timeout: 5_000 })
      const all = (table: string) => database.prepare(`select * from ${table}`).all() as Record<string, never>[]
      const [head] = all('mendkit_audit_head')
      const blobs = all('mendkit_blob').map((row) => ({ ...row, text: Buffer.from(row['body'] ?? '').toString() }))
      const rows = change({
        head: {
          size: head?.['size'] ?? 0,
          last: head?.['last'] ?? '',
          frontier:
            Buffer.from(head?.['frontier'] ?? '')
              .toString('hex')
              .match(/.{64}/g) ?? [],
          key: head?.['log_key'] ?? '',
        },
        entries: all('mendkit_audit') as never,
        checkpoints: all('mendkit_audit_checkpoint') as never,
        tiles: all('mendkit_audit_tile') as never,
        blobs: blobs as unknown as Blob[],
      })
      database.exec(`begin; ${tables.map((table) => `delete from ${table};`).join('')}`)
      const insert = (table: string, ...values: (string | number | Uint8Array)[]) =>
        database.prepare(`insert into mendkit_${table} values (${values.map(() => '?').join()})`).run(...values)
      for (const { seq, bytes } of rows.entries) insert('audit', tenant, seq, bytes)
      for (const { size, note } of rows.checkpoints) insert('audit_checkpoint', tenant, size, note)
      for (const { level, start, hashes } of rows.tiles) insert('audit_tile', tenant, level, start, hashes)
      for (const { digest, salt, text } of rows.blobs) insert('blob', tenant, digest, salt, Buffer.from(text))
      const frontier = Buffer.from(rows.head.frontier.join(''), 'hex')
      insert('audit_head', tenant, rows.head.size, rows.head.last, frontier, rows.head.key ?? '')
      database.exec('commit')
      database.close()
    },
  }
}

holdsTo((name, run) => test(name, { timeout: 60_000 }, run), 'a log in a SQLite file', auditAttackContract, subject)

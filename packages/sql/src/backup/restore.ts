import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AuditVerification, type Clock, MendkitError, systemClock } from '@mendkit/core'
import { type OnDatabase, patienceMs, sourceOf, type TablePlace, writing } from '../connect.ts'
import { openSchema, ours } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import { assertEmpty } from './assert-empty.ts'
import { type BackupManifest, type Diverged, divergedShape } from './manifest.ts'
import { markRestored } from './mark-restored.ts'
import { type CheckedBackup, checkBackup, linesOf } from './read-file.ts'
import { verifyLogs } from './verify-logs.ts'
import { writeRows } from './write-rows.ts'

/** What a backup is restored by. */
export interface RestoreOptions extends TablePlace {
  /** The backup; its manifest stands beside it. */
  readonly file: string
  /** Verifier keys that may have signed the log and the manifest. Needed unless nobody signs the log. */
  readonly trust?: readonly string[]
  /** Checkpoints that were kept outside, of any of the logs: what they tell of must be there, or the database is `diverged`. */
  readonly anchors?: readonly string[]
  /** @default the system's */
  readonly clock?: Clock
  /** Gives it up: nothing was restored then, and the reason is thrown. */
  readonly signal?: AbortSignal
}

/** What was restored. */
export interface Restored {
  readonly manifest: BackupManifest
  /** The keys that signed the manifest and are trusted, as `<name>+<id>`. */
  readonly signedBy: readonly string[]
  /** The logs as they verified, by tenant. */
  readonly logs: Readonly<Record<string, AuditVerification>>
  /**
   * The database is older than an anchor, or was when the backup was taken: hosts read it and write nothing until
   * `recoverDatabase`.
   */
  readonly diverged?: Diverged
}

/**
 * Restores a backup into an empty database, verifies its logs in full, and compares them with the anchors. All of it or
 * nothing: what fails leaves the database as empty as it was.
 *
 * Throws `config` when the database is not empty or a file is not there; `forbidden` when the manifest is not signed by a trusted
 * key; `corrupt` when file, counts or logs are not what the manifest says; `unsupported` for tables of another version;
 * `invalid` for an anchor that belongs to none of these logs.
 */
export async function restoreBackup(source: string, options: RestoreOptions): Promise<Restored> {
  const { file, trust = [], clock = systemClock, signal } = options
  signal?.throwIfAborted()
  const backup = await checkBackup(file, trust)
  assertSchema(backup)
  const named = sourceOf(source, options)
  const isNew = named.kind === 'sqlite' && !existsSync(named.file)
  try {
    return await writing(source, (on) => restoreInto(on, backup, options, clock), options)
  } catch (error) {
    // A host would take what was made here for its own, new and empty.
    if (isNew) for (const end of ['', '-wal', '-shm']) await rm(`${named.file}${end}`, { force: true })
    signal?.throwIfAborted()
    throw error
  }
}

async function* untilAborted(lines: AsyncIterable<string>, signal: AbortSignal | undefined): AsyncIterable<string> {
  for await (const line of lines) {
    signal?.throwIfAborted()
    yield line
  }
}

async function restoreInto(
  on: OnDatabase,
  backup: CheckedBackup,
  { trust = [], anchors = [], signal }: RestoreOptions,
  clock: Clock,
): Promise<Restored> {
  const { manifest, signedBy } = backup
  const { db, dialect, database, place } = on
  await assertEmpty(on)
  await openSchema(db, dialect, clock, patienceMs, database, place)
  return inTransaction(db, { dialect, patienceMs }, async (connection) => {
    for (const query of dialect.nothingHidden) await connection.executeQuery(query)
    await assertEmpty({ ...on, db: connection })
    const counts = await writeRows(connection, untilAborted(linesOf(backup.file, assertContent(backup)), signal))
    assertCounts(backup, counts)
    await dialect.continueRowNumbers(connection, place)
    await setEpoch(connection, manifest.epoch, manifest.diverged)
    const { logs, behind } = await verifyLogs(connection, backup, trust, anchors, signal)
    const at = new Date(clock.now()).toISOString()
    const diverged = behind.length > 0 ? { at, anchors: [...behind] } : manifest.diverged
    if (behind.length > 0) await setEpoch(connection, manifest.epoch, diverged)
    await markRestored(connection, { at: clock.now(), takenAt: manifest.takenAt })
    return { keep: true, result: { manifest, signedBy, logs, ...(diverged && { diverged }) } }
  })
}

function assertSchema({ manifest, file }: CheckedBackup): void {
  if (manifest.schema === ours) return
  const says = `holds tables of version ${manifest.schema}, and this version works on ${ours}`
  const todo = `restore it with Mendkit ${manifest.version}, and bring the tables up with \`mendkit migrate\``
  throw new MendkitError('unsupported', `${file} ${says}: ${todo}`)
}

function assertContent({ manifest, file }: CheckedBackup) {
  return ({ bytes, sha256 }: BackupManifest['content']) => {
    if (bytes === manifest.content.bytes && sha256 === manifest.content.sha256) return
    throw new MendkitError('corrupt', `${file} does not hold what its manifest says; nothing was restored`)
  }
}

function assertCounts({ manifest, file }: CheckedBackup, counts: Readonly<Record<string, number>>): void {
  const tables = new Set([...Object.keys(counts), ...Object.keys(manifest.tables)])
  for (const table of tables) {
    if (counts[table] === manifest.tables[table]) continue
    const says = `holds ${counts[table] ?? 'no'} rows of ${table}, and its manifest tells of ${manifest.tables[table] ?? 'none'}`
    throw new MendkitError('corrupt', `${file} ${says}; nothing was restored`)
  }
}

async function setEpoch(db: OnDatabase['db'], epoch: number, diverged: Diverged | undefined): Promise<void> {
  const text = diverged === undefined ? null : JSON.stringify(divergedShape.parse(diverged))
  await db.updateTable('mendkit_log_epoch').set({ epoch, diverged: text }).where('id', '=', 1).execute()
}

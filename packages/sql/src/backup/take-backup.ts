import { open, rm, stat, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  type Clock,
  headRoot,
  MendkitError,
  type Signer,
  systemClock,
  verifierKeyOf,
  verifierKeyText,
} from '@mendkit/core'
import { type OnDatabase, reading, type TablePlace } from '../connect.ts'
import { currentVersion } from '../schema.ts'
import type { Database } from '../tables.ts'
import { auditHeads, auditOf, patiently } from './audit-of.ts'
import { readEpoch } from './epoch.ts'
import { hashing } from './hashing.ts'
import { lastConfiguration } from './last-configuration.ts'
import { type BackedUpLog, type BackupManifest, manifestText } from './manifest.ts'
import { backupLines } from './read-lines.ts'
import { inSnapshot } from './snapshot.ts'

/** How a backup is taken. */
export interface BackupOptions extends TablePlace {
  /** The file to make; beside it comes `<file>.manifest`. */
  readonly file: string
  /** The log's key, which signs the manifest. Needed unless nobody signs the log. */
  readonly signer?: Signer
  /** What takes it, for the manifest. @default '0.0.0' */
  readonly version?: string
  /** @default the system's */
  readonly clock?: Clock
  /** Gives it up: what was begun is removed, and the reason is thrown. */
  readonly signal?: AbortSignal
}

/** The manifest stands beside the backup. */
export function manifestFile(file: string): string {
  return `${file}.manifest`
}

/**
 * Takes a backup of everything in a database, as it is at one moment, while hosts go on: compressed lines of JSON in `file`, and
 * a signed manifest beside it. The same content makes the same lines in every kind of database. Memory does not grow with it.
 *
 * Throws `config` when there is no such database, a file is there already or cannot be made, or the log is signed and its key is
 * not given; `corrupt` when what is stored cannot be read, `unavailable` when the file cannot be written to its end. What it had
 * begun to write is then gone.
 */
export async function takeBackup(source: string, options: BackupOptions): Promise<BackupManifest> {
  const { file, signal } = options
  signal?.throwIfAborted()
  return reading(
    source,
    async (on) => {
      const handle = await makeFile(file)
      try {
        return await inSnapshot(on, (db) => writeBackup({ ...on, db }, handle, options))
      } catch (error) {
        await handle.close()
        await rm(file, { force: true })
        signal?.throwIfAborted()
        throw unwritten(file, error)
      }
    },
    options,
  )
}

/** What a disk says that is full, in words. */
function unwritten(file: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error) || MendkitError.is(error)) return error
  const says = `could not be written to its end (${String(error.code)}), and was removed; make room, or name a file on another disk`
  return new MendkitError('unavailable', `${file} ${says}`, { cause: error })
}

async function makeFile(file: string) {
  // Whoever can read a backup reads everything that is in the database.
  const there = await stat(manifestFile(file)).then(
    () => true,
    () => false,
  )
  try {
    if (there) throw new Error(`${manifestFile(file)} is there`)
    return await open(file, 'wx', 0o600)
  } catch (cause) {
    const says = 'cannot be made: name a file that is not there yet, in a folder that you may write to'
    throw new MendkitError('config', `${file} ${says}`, { cause })
  }
}

async function writeBackup(
  on: OnDatabase,
  handle: Awaited<ReturnType<typeof open>>,
  { file, signer, version = '0.0.0', clock = systemClock, signal }: BackupOptions,
): Promise<BackupManifest> {
  const { db, dialect } = on
  const takenAt = new Date(clock.now()).toISOString()
  const schema = await currentVersion(on)
  const logs = await logsOf(db, signer)
  const tables: Record<string, number> = {}
  const [content, compressed] = [hashing(), hashing()]
  await pipeline(
    Readable.from(
      backupLines(db, dialect, (table, rows) => {
        tables[table] = rows
      }),
      { objectMode: true },
    ),
    content.through,
    createGzip(),
    compressed.through,
    handle.createWriteStream({ flush: true }),
    ...(signal === undefined ? [] : [{ signal }]),
  )
  const configuration = await lastConfiguration(auditOf(db))
  const manifest: BackupManifest = {
    format: 1,
    version,
    takenAt,
    database: dialect.name,
    schema,
    ...(await readEpoch(db)),
    tables,
    file: compressed.result(),
    content: content.result(),
    ...(configuration && { configuration }),
    logs: [...logs],
  }
  // Only a backup that is whole has one.
  await writeFile(manifestFile(file), manifestText(manifest, signer), { flag: 'wx', mode: 0o600, flush: true })
  return manifest
}

async function logsOf(db: Database, signer: Signer | undefined): Promise<readonly BackedUpLog[]> {
  const audit = auditOf(db)
  const logs: BackedUpLog[] = []
  for (const [tenant, head] of await auditHeads(db)) {
    const checkpoint = (await audit.lastAuditCheckpoint(tenant, patiently()))?.note
    const { size, key } = head
    logs.push({ tenant, size, root: headRoot(tenant, head), ...(key && { key }), ...(checkpoint && { checkpoint }) })
  }
  assertKey(logs, signer)
  return logs
}

/** A manifest that the log's key does not sign would have to be taken on trust. */
function assertKey(logs: readonly BackedUpLog[], signer: Signer | undefined): void {
  const keys = [...new Set(logs.flatMap(({ key }) => key ?? []))]
  const given = signer && verifierKeyText(verifierKeyOf(signer))
  if (keys.length === 0 ? signer === undefined : given !== undefined && keys.includes(given)) return
  if (keys.length === 0) return
  const have = signer === undefined ? 'no key was given' : 'the key given is another'
  const todo = 'give the key file of the log (--key or MENDKIT_KEY on the command line)'
  throw new MendkitError('config', `the audit log is signed, and ${have}: the manifest must be signed too; ${todo}`)
}

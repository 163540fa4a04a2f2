import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, type ErrorCode, MendkitError, type Signer, systemClock } from '@mendkit/core'
import { sourceOf, type TablePlace } from '../connect.ts'
import { contentOf } from './content-of.ts'
import type { BackupManifest } from './manifest.ts'
import { checkBackup } from './read-file.ts'
import { type RestoreOptions, restoreBackup } from './restore.ts'
import { takeBackup } from './take-backup.ts'

/** What a drill tries. */
export interface DrillOptions extends Pick<RestoreOptions, 'trust' | 'anchors' | 'signal'> {
  /** Where the tables of the database are, and those of `into`, unless that is a temporary file. */
  readonly place?: TablePlace
  /** The database of which a backup is taken, or the backup that there is. */
  readonly from: { readonly database: string } | { readonly file: string }
  /** An empty database to restore into. @default a SQLite file in the system's folder for temporary files, deleted afterwards */
  readonly into?: string
  /** The log's key, for a backup that is taken here. */
  readonly signer?: Signer
  /** What takes the backup, for its manifest. @default '0.0.0' */
  readonly version?: string
  /** @default the system's */
  readonly clock?: Clock
}

/** A part of a drill. `compare` reads everything out of the restored database again. */
export type DrillPart = 'backup' | 'restore and verify' | 'compare'

/** How a drill went. */
export interface DrillReport {
  /** Whether the backup can be restored, verifies, and holds what was backed up. */
  readonly ok: boolean
  /** What is not so. */
  readonly because: readonly string[]
  readonly at: string
  /** How long each part took, in milliseconds, in order. */
  readonly timings: readonly { readonly part: DrillPart; readonly ms: number }[]
  readonly manifest?: BackupManifest
  /** Whether the manifest is signed by a key that is trusted. */
  readonly signed: boolean
  /** Entries of all logs, and those of them that an anchor vouches for. */
  readonly entries: number
  readonly anchoredEntries: number
  /** The backup is older than an anchor, so that to restore it in earnest loses entries. */
  readonly diverged: boolean
}

/** What these say is said of the backup; everything else keeps it from being tried. */
const aboutTheBackup: ReadonlySet<ErrorCode> = new Set(['corrupt', 'forbidden', 'unsupported'])

/**
 * Does what a restore in earnest does, into a scratch database: takes a backup unless there is one, restores it, verifies its logs
 * and compares what came out with what went in. What is wrong with the backup is in the report.
 *
 * Throws when it could not be tried: `config` for a database or file that does not do, `invalid` for an anchor of another log,
 * `unavailable` for one that is away or full.
 */
export async function drill(options: DrillOptions): Promise<DrillReport> {
  const { clock = systemClock } = options
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-drill-'))
  const timings: { part: DrillPart; ms: number }[] = []
  const timed = async <Result>(part: DrillPart, work: () => Promise<Result>): Promise<Result> => {
    const begin = clock.monotonic()
    try {
      return await work()
    } finally {
      timings.push({ part, ms: Math.round(clock.monotonic() - begin) })
    }
  }
  const report = { at: new Date(clock.now()).toISOString(), timings }
  try {
    return { ...report, ...(await tryOut(options, folder, timed)) }
  } catch (error) {
    if (!MendkitError.is(error) || !aboutTheBackup.has(error.code)) throw error
    const nothing = { signed: false, entries: 0, anchoredEntries: 0, diverged: false }
    return { ...report, ok: false, because: [error.message], ...nothing }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function tryOut(
  options: DrillOptions,
  folder: string,
  timed: <Result>(part: DrillPart, work: () => Promise<Result>) => Promise<Result>,
): Promise<Omit<DrillReport, 'at' | 'timings'>> {
  const { from, place = {}, trust = [], anchors = [], signer, version, clock = systemClock, signal } = options
  const until = signal === undefined ? {} : { signal }
  const file = 'file' in from ? from.file : join(folder, 'backup')
  if ('database' in from) {
    const taking = {
      file,
      clock,
      ...place,
      ...until,
      ...(signer && { signer }),
      ...(version !== undefined && { version }),
    }
    await timed('backup', () => takeBackup(from.database, taking))
  }
  const { manifest } = await checkBackup(file, trust)
  const into = options.into ?? join(folder, 'scratch.db')
  const at = placeIn(options.into, place)
  const restored = await timed('restore and verify', () =>
    restoreBackup(into, { file, trust, anchors, clock, ...at, ...until }),
  )
  const because = await timed('compare', () => differences(into, at, manifest))
  const logs = Object.values(restored.logs)
  return {
    ok: because.length === 0,
    because,
    manifest,
    signed: restored.signedBy.length > 0,
    entries: logs.reduce((sum, log) => sum + log.entries, 0),
    anchoredEntries: logs.reduce((sum, log) => sum + log.anchoredEntries, 0),
    diverged: restored.diverged !== undefined,
  }
}

/** Only PostgreSQL has schemas. */
function placeIn(into: string | undefined, { schema, ...place }: TablePlace): TablePlace {
  if (into === undefined) return {}
  return schema !== undefined && sourceOf(into).kind === 'postgres' ? { schema, ...place } : place
}

/** What the restored database holds that the backup does not, or the other way round. */
async function differences(database: string, at: TablePlace, manifest: BackupManifest): Promise<readonly string[]> {
  const { tables, content } = await contentOf(database, at)
  const counts = Object.entries(manifest.tables).flatMap(([table, rows]) =>
    tables[table] === rows ? [] : [`${table} has ${tables[table] ?? 0} rows, and the backup ${rows}`],
  )
  const same = content.sha256 === manifest.content.sha256
  return counts.length > 0 || same ? counts : ['what was restored does not read back as what was backed up']
}

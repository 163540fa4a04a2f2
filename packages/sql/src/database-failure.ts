import { type ErrorCode, MendkitError } from '@mendkit/core'

/** SQLite's primary result codes that mean something to a caller, by number and by the name that other drivers give. */
const codes: readonly (readonly [number: number, name: string, kind: FailureKind])[] = [
  [5, 'SQLITE_BUSY', 'busy'],
  [6, 'SQLITE_LOCKED', 'busy'],
  [8, 'SQLITE_READONLY', 'read-only'],
  [10, 'SQLITE_IOERR', 'io'],
  [11, 'SQLITE_CORRUPT', 'corrupt'],
  [13, 'SQLITE_FULL', 'full'],
  [14, 'SQLITE_CANTOPEN', 'cannot-open'],
  [26, 'SQLITE_NOTADB', 'corrupt'],
]

/** What a database error means. */
export type FailureKind = 'busy' | 'read-only' | 'io' | 'corrupt' | 'full' | 'cannot-open' | 'no-table' | 'closed'

/** What an error of the driver means; undefined when it is none that a user can do something about. */
export function failureKind(error: unknown): FailureKind | undefined {
  if (!(error instanceof Error)) return undefined
  const { errcode, code } = error as Error & { errcode?: unknown; code?: unknown }
  for (const [number, name, kind] of codes) {
    if (typeof errcode === 'number' && (errcode & 0xff) === number) return kind
    if (typeof code === 'string' && code.startsWith(name)) return kind
  }
  if (/no such (table|column)/.test(error.message)) return 'no-table'
  if (/database is not open|driver has already been destroyed/.test(error.message)) return 'closed'
  return undefined
}

/** Whether a transaction that failed like this may do better when it is run again, or with fewer changes. */
export function canTryAgain(error: unknown): boolean {
  const kind = failureKind(error)
  return kind === undefined || kind === 'full' || kind === 'io'
}

const advice: { readonly [Kind in FailureKind]: readonly [code: ErrorCode, says: string] } = {
  busy: ['unavailable', 'is locked by another process; wait, or end the process that holds it'],
  'read-only': ['config', 'cannot be written; let this process write the file and its folder'],
  io: ['unavailable', 'cannot be read or written; look at the disk'],
  corrupt: ['corrupt', 'is damaged or no database of ours; restore it from a backup or name another file'],
  full: ['unavailable', 'has no room to grow; free disk space or raise its limit, and it goes on by itself'],
  'cannot-open': ['config', 'cannot be opened; make sure that its folder exists and that this process may write there'],
  'no-table': ['corrupt', 'lacks tables that it had; restore it from a backup'],
  closed: ['unavailable', 'is closed; call `open` first'],
}

/** A Mendkit error that names the database and says what to do; any other error as it is. */
export function explainFailure(error: unknown, database: string): unknown {
  const kind = failureKind(error)
  if (kind === undefined) return error
  const [code, says] = advice[kind]
  return new MendkitError(code, `${database} ${says}`, {
    cause: error,
    ...(kind === 'busy' && { retryAfterMs: 1_000 }),
  })
}

import { type ErrorCode, MendkitError } from '@mendkit/core'

/** What a database error means. */
export type FailureKind =
  | 'busy'
  | 'read-only'
  | 'standby'
  | 'io'
  | 'corrupt'
  | 'full'
  | 'cannot-open'
  | 'no-table'
  | 'closed'
  | 'lost'
  | 'down'
  | 'crowded'
  | 'exhausted'
  | 'timeout'
  | 'refused'
  | 'no-tls'
  | 'no-database'
  | 'not-permitted'
  | 'too-large'

/** Tells what an error of the driver means; undefined when it is none that a user can do something about. */
export type FailureKindOf = (error: unknown) => FailureKind | undefined

/** Whether a transaction that failed like this may do better when it is run again, or with fewer changes. */
export function canTryAgain(kind: FailureKind | undefined): boolean {
  return kind === undefined || kind === 'full' || kind === 'io' || kind === 'too-large'
}

/** Whether nothing was done and the same may work in a moment: another holds a lock, or the connection is gone. */
export function passesSoon(kind: FailureKind | undefined): boolean {
  return kind === 'busy' || kind === 'lost' || kind === 'down' || kind === 'crowded'
}

const advice: { readonly [Kind in FailureKind]: readonly [code: ErrorCode, says: string] } = {
  busy: ['unavailable', 'is locked by another process; wait, or end the process that holds it'],
  'read-only': ['config', 'cannot be written; let this process write the file and its folder'],
  standby: ['unavailable', 'takes no writes now; connect to the primary, or end its read-only mode'],
  io: ['unavailable', 'cannot be read or written; look at the disk'],
  corrupt: ['corrupt', 'is damaged or no database of ours; restore it from a backup or name another file'],
  full: ['unavailable', 'has no room to grow; free disk space or raise its limit, and it goes on by itself'],
  'cannot-open': ['config', 'cannot be opened; make sure that its folder exists and that this process may write there'],
  'no-table': ['corrupt', 'lacks tables that it had; restore it from a backup'],
  closed: ['unavailable', 'is closed; call `open` first'],
  lost: ['unavailable', 'has closed the connection; it is tried again'],
  down: ['unavailable', 'cannot be reached; start it, or look at its address and the network between'],
  crowded: ['unavailable', 'takes no more connections; raise its limit, or lower `maxConnections`'],
  exhausted: [
    'unavailable',
    'had no connection left for this: all that the pool may have are in use; raise `maxConnections`, or the limit of your own pool',
  ],
  timeout: [
    'unavailable',
    'took longer than a statement may; look at what keeps it busy, or raise `statementTimeoutMs`',
  ],
  'no-tls': [
    'config',
    'cannot be reached with encryption as its URL wants it; set up TLS on it, name its authority, or correct the URL',
  ],
  refused: ['config', 'refuses the user or the password; look at both'],
  'no-database': ['config', 'does not exist on that server; create it'],
  'not-permitted': ['config', 'does not let this user do that; grant what README.md of @mendkit/sql lists'],
  'too-large': ['invalid', 'takes no key, text or statement that large; README.md of @mendkit/sql lists the limits'],
}

/** A Mendkit error that names the database and says what to do; any other error as it is. */
export function explainFailure(error: unknown, database: string, failureKind: FailureKindOf): unknown {
  // MySQL's driver leaves the whole statement with its values there: texts that may be erased, megabytes of them.
  if (error instanceof Error && 'sql' in error) Reflect.deleteProperty(error, 'sql')
  const kind = MendkitError.is(error) ? undefined : failureKind(error)
  if (kind === undefined) return error
  const [code, says] = advice[kind]
  return new MendkitError(code, `${database} ${says}`, {
    cause: error,
    ...(passesSoon(kind) && { retryAfterMs: 1_000 }),
  })
}

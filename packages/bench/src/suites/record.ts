import { appendOnPostgres } from '../record/append-postgres.ts'
import { appendOnSqlite } from '../record/append-sqlite.ts'
import { bytesOnDisk } from '../record/bytes-on-disk.ts'
import { diskAfterRetention } from '../record/disk-after-retention.ts'
import { groupCommit } from '../record/group-commit.ts'
import { hotPath } from '../record/hot-path.ts'
import { longLog } from '../record/long-log.ts'
import { parts } from '../record/parts.ts'
import { startServers } from '../record/servers.ts'
import type { Effort, Row } from '../row.ts'

/** What the record costs: appending to the log and proving from it, the hot path's queries as tables grow, bytes on disk. */
export async function* record(effort: Effort): AsyncIterable<Row> {
  yield* appendOnSqlite(effort)
  yield* parts(effort)
  yield* longLog(effort)
  const servers = await startServers()
  try {
    yield* groupCommit(effort, servers)
    yield* appendOnPostgres(effort, servers)
    yield* bytesOnDisk(effort, servers)
    yield* diskAfterRetention(effort)
    yield* hotPath(effort, servers)
  } finally {
    if (!('absent' in servers)) await servers[Symbol.asyncDispose]()
  }
}

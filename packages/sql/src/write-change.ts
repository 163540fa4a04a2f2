import type { Change, Expectation, Put } from '@mendkit/core'
import { eraseBlobs } from './erase-blobs.ts'
import { putAlerts } from './write-alerts.ts'
import { addToCounter } from './write-counter.ts'
import { putDocument, revisionConflict } from './write-documents.ts'
import { dropAlerts, dropDocuments, dropMembers } from './write-drops.ts'
import { leaseConflict, raise, schedule } from './write-due.ts'
import { dropHistory, putHistory } from './write-history.ts'
import { dropKeys, type KeyPut, putKeys } from './write-keys.ts'
import { putMembers } from './write-members.ts'
import { moveMembers } from './write-move.ts'
import { writeSymptoms } from './write-symptoms.ts'
import type { Writing } from './writing.ts'

/** Writes all rows of a change; answers the first conflict, if any, and the caller takes everything back. */
export async function writeChange(writing: Writing, change: Change): Promise<string | undefined> {
  for (const expectation of change.expect) {
    const because = await expectationConflict(writing, expectation)
    if (because !== undefined) return because
  }
  const keys: KeyPut[] = []
  for (const [index, put] of change.put.entries()) {
    // Keys come in runs, which are one statement.
    if (put.kind === 'correlation-key') {
      keys.push(put)
      continue
    }
    await putKeys(writing, keys.splice(0))
    const because = await writePut(writing, put, `put[${index}]`)
    if (because !== undefined) return because
  }
  await putKeys(writing, keys)
  await writeSymptoms(writing)
  return undefined
}

function expectationConflict(writing: Writing, expectation: Expectation): Promise<string | undefined> {
  return expectation.kind === 'revision'
    ? revisionConflict(writing, expectation.table, expectation.id, expectation.revision)
    : leaseConflict(writing, expectation.incidentId, expectation.epoch)
}

async function writePut(writing: Writing, put: Exclude<Put, KeyPut>, path: string): Promise<string | undefined> {
  switch (put.kind) {
    case 'document':
      return putDocument(writing, put.table, put.row)
    case 'alerts':
      return putAlerts(writing, put.rows)
    case 'counter':
      return addToCounter(writing, put)
    case 'members':
      await putMembers(writing, put.rows, path)
      return undefined
    case 'history':
      await putHistory(writing, put.rows)
      return undefined
    case 'drop-history':
      await dropHistory(writing, put.ids)
      return undefined
    case 'drop-alerts':
      return dropAlerts(writing, put.rows)
    case 'drop-documents':
      return dropDocuments(writing, put.table, put.rows)
    case 'drop-members':
      return dropMembers(writing, put.incidentId)
    case 'drop-correlation-keys':
      await dropKeys(writing, put.incidentId)
      return undefined
    case 'move-members':
      await moveMembers(writing, put)
      return undefined
    case 'raise':
      await raise(writing, put.incidentId)
      return undefined
    case 'schedule':
      await schedule(writing, put)
      return undefined
    case 'blob': {
      const { tenant, digest, salt, text } = put.blob
      // Not by TextEncoder: Node 22 binds the empty array that it makes as null.
      await writing.statements.insertBlob(writing.db, [{ tenant, digest, salt, body: Buffer.from(text) }])
      return undefined
    }
    case 'erase-blobs':
      await eraseBlobs(writing, put.digests)
      return undefined
  }
}

import { MendkitError } from '@mendkit/core'
import type { Database } from '../tables.ts'
import { type Diverged, divergedShape } from './manifest.ts'

/** The epoch of all logs of a database, and what the database was found to be older than. Throws `corrupt` for a row that says neither. */
export async function readEpoch(db: Database): Promise<{ readonly epoch: number; readonly diverged?: Diverged }> {
  const row = await db
    .selectFrom('mendkit_log_epoch')
    .select(['epoch', 'diverged'])
    .where('id', '=', 1)
    .executeTakeFirst()
  if (row === undefined) throw new MendkitError('corrupt', 'the database does not say which epoch its logs are in')
  const { epoch, diverged } = row
  return { epoch, ...(diverged !== null && { diverged: divergedOf(diverged) }) }
}

function divergedOf(text: string): Diverged {
  try {
    return divergedShape.parse(JSON.parse(text))
  } catch (cause) {
    throw new MendkitError('corrupt', 'the database does not say what it was found to be older than', { cause })
  }
}

import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import { once } from '../../once.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import type { Parts } from '../parts.ts'

/** How far a sink has come in a log, as it is stored, and who sends to it now. */
export interface Cursor {
  /** Number of the first entry that was not sent. */
  readonly next: number
  /** The run that sends now; absent while nobody does. */
  readonly holder?: string | undefined
  /** Until when, by the store's time, ms since 1970. */
  readonly until?: number | undefined
  /** Of the row; 0 before it is written. */
  readonly revision: number
}

/** Which cursor. */
export interface CursorKey {
  readonly tenant: string
  /** Id of the sink. */
  readonly sink: string
}

const shape = once(() =>
  z.object({ next: z.int().min(0), holder: z.string().optional(), until: z.number().optional() }),
)

/** Reads a cursor; one that was never written stands before the first entry. Throws `corrupt` for a row that is none. */
export async function readCursor(parts: Parts, key: CursorKey, ctx: CallContext): Promise<Cursor> {
  const row = await parts.store.get('setting', key.tenant, idOf(key), ctx)
  if (row === undefined) return { next: 0, revision: 0 }
  const parsed = shape().safeParse(row.value)
  if (parsed.success) return { ...parsed.data, revision: row.revision }
  throw new MendkitError('corrupt', message`setting ${row.id} of tenant ${key.tenant} is no cursor of a mirror`)
}

/** Writes a cursor unless somebody else did since it was read; answers it as stored, or undefined. */
export async function writeCursor(
  parts: Parts,
  key: CursorKey,
  cursor: Cursor,
  ctx: CallContext,
): Promise<Cursor | undefined> {
  const { revision, next, holder, until } = cursor
  const value = { next, ...(holder !== undefined && { holder }), ...(until !== undefined && { until }) }
  const row = { tenant: key.tenant, id: idOf(key), value, revision }
  const put = [{ kind: 'document', table: 'setting', row }] as const
  const result = await parts.store.commit({ tenant: key.tenant, expect: [], put, audit: [] }, ctx)
  return result.kind === 'committed' ? { ...cursor, revision: revision + 1 } : undefined
}

function idOf({ sink }: CursorKey): string {
  return `mirror:${sink}`
}

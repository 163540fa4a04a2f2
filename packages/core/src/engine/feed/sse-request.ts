import { MendkitError } from '../../errors.ts'
import { isEventType } from '../../model/event-types.ts'
import type { WatchOptions } from './tail.ts'

/** What a client of the event stream may ask for. */
export type SseQuery = Pick<WatchOptions, 'after' | 'types' | 'incidentId'>

/**
 * Reads cursor and filters of a request: the `Last-Event-ID` header, which a browser sends when it comes back, beats
 * `?after=`; `?types=` is a list with commas, `?incident=` an id. Throws `invalid` for a cursor that is not a whole number.
 */
export function sseQuery(request: Request): SseQuery {
  const { searchParams } = new URL(request.url)
  const cursor = nonEmpty(request.headers.get('last-event-id')) ?? nonEmpty(searchParams.get('after'))
  const types = searchParams.get('types')?.split(',').filter(Boolean) ?? []
  const incidentId = nonEmpty(searchParams.get('incident'))
  return {
    ...(cursor !== undefined && { after: parseCursor(cursor) }),
    // A type that does not exist matches nothing; newer servers may know it.
    ...(types.length > 0 && { types: types.filter(isEventType) }),
    ...(incidentId !== undefined && { incidentId }),
  }
}

function nonEmpty(text: string | null): string | undefined {
  return text === null || text === '' ? undefined : text
}

function parseCursor(text: string): number {
  if (/^(-1|\d{1,15})$/.test(text)) return Number(text)
  throw new MendkitError('invalid', 'the cursor must be a whole number, -1 or more', { path: 'after' })
}

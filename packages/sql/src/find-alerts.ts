import { CompiledQuery } from 'kysely'
import { sizes } from './bulk-insert.ts'
import type { AlertRow, Database } from './tables.ts'

/** The columns that an alert is read back from. */
export const stored = ['tenant', 'id', 'revision', 'body'] as const

/** Of the id of an alert, which is a digest, so many characters at either end are hashed: they tell nearly all alerts apart. */
const hashedLength = 16
/** Bits of the number that tell alerts apart whose ids end alike. */
const ownBits = 22

/**
 * The number by which alerts are found; rows that share one are told apart by tenant and id. An index over ids has no order in
 * time, so that a commit would write about one page of it per alert. Ids end in what alerts of one name share, and the number
 * begins with it: a storm of a name, as sources tell of them, writes few pages. The shorter the entries are, the fewer
 * pages there are, and numbers are compared faster than texts.
 */
export function hashOf(tenant: string, id: string): number {
  const ofTenant = mixed(0x811c9dc5, tenant, 0, tenant.length)
  const shared = mixed(ofTenant, id, Math.max(0, id.length - hashedLength), id.length)
  const own = mixed(shared, id, 0, Math.min(id.length, hashedLength))
  return (shared << ownBits) | (own >>> (32 - ownBits))
}

/** The number by which rows are found that belong to a text of a tenant, the whole of it. */
export function hashOfText(tenant: string, text: string): number {
  return mixed(mixed(0x811c9dc5, tenant, 0, tenant.length), text, 0, text.length)
}

/** FNV-1a over UTF-16 code units: a whole number of 32 bits with a sign. */
function mixed(start: number, text: string, from: number, until: number): number {
  let hash = start
  for (let at = from; at < until; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** Finds the alerts of a tenant that have these ids, in no order. */
export type FindAlerts<Column extends keyof AlertRow> = (
  db: Database,
  tenant: string,
  ids: Iterable<string>,
) => Promise<Pick<AlertRow, Column>[]>

/** A search by ids, by statements of up to 500 ids whose text is made once per number of ids. */
export function findAlerts<Column extends keyof AlertRow>(columns: readonly Column[]): FindAlerts<Column | 'id'> {
  const texts = new Map<number, string>()

  function textFor(db: Database, size: number): string {
    const known = texts.get(size)
    if (known !== undefined) return known
    const hashes = Array.from({ length: size }, () => 0)
    const query = db.selectFrom('mendkit_alert').where('id_hash', 'in', hashes).where('tenant', '=', '')
    const text = query.select([...columns, 'id']).compile().sql
    texts.set(size, text)
    return text
  }

  return async (db, tenant, ids) => {
    const wanted = new Set(ids)
    const hashes = Array.from(wanted, (id) => hashOf(tenant, id))
    const found: Pick<AlertRow, Column | 'id'>[] = []
    for (let from = 0; from < hashes.length; from += sizes[0]) {
      const some = hashes.slice(from, from + sizes[0])
      const size = sizes.findLast((each) => each >= some.length) ?? sizes[0]
      // A number that stands there twice is looked up once.
      const filled = some.concat(Array.from({ length: size - some.length }, () => some[0] ?? 0))
      const query = CompiledQuery.raw(textFor(db, size), [...filled, tenant])
      const { rows } = await db.executeQuery<Pick<AlertRow, Column | 'id'>>(query)
      for (const row of rows) if (wanted.has(row.id)) found.push(row)
    }
    return found
  }
}

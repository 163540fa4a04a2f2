import { CompiledQuery } from 'kysely'
import { sizes } from './bulk-insert.ts'
import type { AlertRow, Database } from './tables.ts'

/** The columns that an alert is read back from. */
export const stored = ['tenant', 'id', 'revision', 'body'] as const

/** As many characters of a digest in hexadecimal are 40 bits: few others begin alike, and each is looked at. */
const headLength = 10

/**
 * The beginning of an id, by which indexes find it. It sorts as the id does: no character is cut in halves. Ids are digests, so
 * an index over them has no order in time, and a commit writes about one page of it per alert. The shorter its
 * entries are, the fewer pages there are.
 */
export function headOf(id: string): string {
  const cut = isHighSurrogate(id.charCodeAt(headLength - 1)) ? headLength + 1 : headLength
  return id.slice(0, cut)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
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
    const heads = Array.from({ length: size }, () => '')
    const query = db.selectFrom('mendkit_alert').where('tenant', '=', '').where('id_head', 'in', heads)
    const text = query.select([...columns, 'id']).compile().sql
    texts.set(size, text)
    return text
  }

  return async (db, tenant, ids) => {
    const wanted = new Set(ids)
    const heads = Array.from(wanted, headOf)
    const found: Pick<AlertRow, Column | 'id'>[] = []
    for (let from = 0; from < heads.length; from += sizes[0]) {
      const some = heads.slice(from, from + sizes[0])
      const size = sizes.findLast((each) => each >= some.length) ?? sizes[0]
      // A head that stands there twice is looked up once.
      const filled = some.concat(Array.from({ length: size - some.length }, () => some[0] ?? ''))
      const query = CompiledQuery.raw(textFor(db, size), [tenant, ...filled])
      const { rows } = await db.executeQuery<Pick<AlertRow, Column | 'id'>>(query)
      for (const row of rows) if (wanted.has(row.id)) found.push(row)
    }
    return found
  }
}

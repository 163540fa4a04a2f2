import { CompiledQuery, type Kysely, sql } from 'kysely'
import type { Tables } from '../../src/tables.ts'

/** How a statement reaches the rows of a table. */
interface Step {
  readonly table: string
  /** `index`: by looking into one, or by walking along one that holds only rows that are meant. */
  readonly by: 'index' | 'every row'
  readonly detail: string
}

/** How a database would carry out a statement. */
export interface Plan {
  readonly statement: string
  readonly steps: readonly Step[]
  /** Whether rows are brought into order after they were found. */
  readonly sorts: boolean
}

/** How one database is asked, and made to believe that its tables are fifty times as large. */
interface Explainer {
  readonly explain: (db: Kysely<Tables>, query: CompiledQuery) => Promise<Plan>
  readonly believeInMillions: (db: Kysely<Tables>) => Promise<void>
}

const million = 1_000_000

type Row = Readonly<Record<string, unknown>>

/** What a driver gives as text. */
const word = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? ''))

const run = async (db: Kysely<Tables>, text: string, parameters: readonly unknown[] = []) =>
  (await db.executeQuery(CompiledQuery.raw(text, [...parameters]))).rows as readonly Row[]

const sqlite: Explainer = {
  async explain(db, query) {
    const rows = await run(db, `explain query plan ${query.sql}`, query.parameters)
    const details = rows.map(({ detail }) => word(detail))
    return {
      statement: query.sql,
      sorts: details.some((detail) => detail.includes('USE TEMP B-TREE FOR ORDER BY')),
      steps: details.flatMap((detail) => {
        const [, how, table] = /^(SCAN|SEARCH) (\w+)/.exec(detail) ?? []
        if (table === undefined) return []
        // An index of only those rows that are meant is walked along, which SQLite calls a scan.
        const isPartial = /USING (COVERING )?INDEX mendkit_(alert_pending|alert_unresolved|symptom_firing)/.test(detail)
        return [{ table, by: how === 'SEARCH' || isPartial ? 'index' : 'every row', detail } as const]
      }),
    }
  },
  async believeInMillions(db) {
    await run(db, 'analyze')
    const stats = await run(db, 'select rowid, stat from sqlite_stat1')
    for (const { rowid, stat } of stats) {
      const [rows = '1', ...others] = word(stat).split(' ')
      const larger = [million, ...others.map((each) => Math.ceil((Number(each) * million) / Number(rows)))]
      // What one value of a whole key finds stays one row.
      const numbers = larger.map((each, index) => (others[index - 1] === '1' ? 1 : each))
      await run(db, 'update sqlite_stat1 set stat = ? where rowid = ?', [numbers.join(' '), rowid])
    }
    await run(db, 'analyze sqlite_schema')
  },
}

const postgres: Explainer = {
  async explain(db, query) {
    const [row] = await run(db, `explain (format json) ${query.sql}`, query.parameters)
    const steps: Step[] = []
    let sorts = false
    const visit = (node: Row) => {
      const type = word(node['Node Type'])
      if (type.endsWith('Sort')) sorts = true
      const table = node['Relation Name'] ?? node['Index Name']
      const condition = node['Index Cond'] ?? node['Recheck Cond'] ?? ''
      const index = typeof node['Index Name'] === 'string' ? node['Index Name'] : ''
      if (typeof table === 'string' && type !== 'ModifyTable') {
        const isPartial = /_pending$|_unresolved$|_firing$/.test(index)
        const isIndexed = type === 'Bitmap Heap Scan' || (index !== '' && (condition !== '' || isPartial))
        steps.push({ table, by: isIndexed ? 'index' : 'every row', detail: `${type} ${index} ${word(condition)}` })
      }
      for (const child of (node['Plans'] ?? []) as readonly Row[]) visit(child)
    }
    const plan = row?.['QUERY PLAN'] as readonly { readonly Plan: Row }[]
    for (const { Plan } of plan) visit(Plan)
    return { statement: query.sql, steps, sorts }
  },
  async believeInMillions(db) {
    await run(db, 'analyze')
    // The number of pages is the true one, so that more rows of them means more rows.
    await run(db, `update pg_class set reltuples = ${million} where relname like 'mendkit_%' and reltuples >= 1000`)
  },
}

const mariadb: Explainer = {
  async explain(db, query) {
    const rows = await run(db, `explain ${query.sql}`, query.parameters)
    return {
      statement: query.sql,
      sorts: rows.some(({ Extra }) => word(Extra).includes('filesort')),
      steps: rows.flatMap((row): readonly Step[] => {
        const { table, type, key, key_len: length } = row
        if (table === null || type === null) return []
        const detail = `${word(type)} ${word(key)} ${word(length)} ${word(row['Extra'])}`
        return [{ table: word(table), by: type === 'ALL' || type === 'index' ? 'every row' : 'index', detail }]
      }),
    }
  },
  async believeInMillions(db) {
    const tables = await run(
      db,
      `select table_name as name from information_schema.tables where table_schema = database()`,
    )
    for (const { name } of tables) await run(db, `analyze table ${word(name)} persistent for all`)
    await run(
      db,
      `update mysql.table_stats set cardinality = ${million} where db_name = database() and cardinality >= 1000`,
    )
    await run(
      db,
      `update mysql.index_stats set avg_frequency = avg_frequency * 50 where db_name = database() and avg_frequency > 4`,
    )
    await sql`flush tables`.execute(db)
  },
}

/** Each database. */
export const explainers = { sqlite, postgres, mariadb } as const

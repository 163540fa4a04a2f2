import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { migrationsSql } from '@mendkit/sql'
import { CompiledQuery } from 'kysely'
import { type OnDatabase, writing } from '../src/connect.ts'
import { fill } from './deployment.ts'

/** The kinds of databases, as `migrationsSql` names them. */
const databases = ['sqlite', 'postgres', 'mysql'] as const

/** Whose rows stand in what was frozen: nobody's of whom other tests make any. */
export const frozenTenants = ['before', 'Ünïcode & co/2@x'] as const

/** Entries of each log: more than one commit group, and no more than a review wants to see. */
const entries = 60

/** Tables whose rows come with the schema's own text. */
const ofTheSchema = ['mendkit_migration', 'mendkit_schema', 'mendkit_log_epoch']

/** Where released schemas are kept. */
export const frozenFolder = fileURLToPath(new URL('./frozen/', import.meta.url))

/** A schema as it was released: its text for each database, and rows in every table. */
export interface FrozenSchema {
  readonly version: number
  readonly texts: Readonly<Record<(typeof databases)[number], string>>
  readonly rows: readonly { readonly table: string; readonly row: Readonly<Record<string, unknown>> }[]
}

/** The schemas that were frozen, in order. */
export function frozenSchemas(folder: string = frozenFolder): readonly FrozenSchema[] {
  const versions = readdirSync(folder).flatMap((name) => /^schema-(\d+)$/.exec(name)?.[1] ?? [])
  return versions
    .map(Number)
    .sort((a, b) => a - b)
    .map((version) => {
      const text = (name: string) => readFileSync(join(folder, `schema-${version}`, name), 'utf8')
      const texts = { sqlite: text('sqlite.sql'), postgres: text('postgres.sql'), mysql: text('mysql.sql') }
      const lines = text('rows.ndjson').trim().split('\n')
      return { version, texts, rows: lines.map((line) => JSON.parse(line, bytesOf) as FrozenSchema['rows'][number]) }
    })
}

/** Which frozen schemas are no longer what the migrations make. */
export function editedSchemas(frozen: readonly FrozenSchema[] = frozenSchemas()): readonly string[] {
  return frozen.flatMap(({ version, texts }) =>
    databases
      .filter((database) => texts[database] !== migrationsSql({ database, through: version }))
      .map((database) => `schema ${version} on ${database}`),
  )
}

/** Writes down the schema that this code makes, with rows of this code in it. What was there under its version goes. */
export async function freeze(version: number, folder: string = frozenFolder): Promise<void> {
  const into = join(folder, `schema-${version}`)
  const file = join(folder, 'filling.db')
  try {
    await fill(file, entries, frozenTenants)
    const rows = rowsOf(file)
    rmSync(into, { recursive: true, force: true })
    mkdirSync(into, { recursive: true })
    for (const database of databases) {
      writeFileSync(join(into, `${database}.sql`), migrationsSql({ database, through: version }))
    }
    writeFileSync(join(into, 'rows.ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  } finally {
    for (const name of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(name)) rmSync(name)
  }
}

function rowsOf(file: string): readonly object[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database.prepare(
      `select name from sqlite_master where type = 'table' and name like 'mendkit!_%' escape '!'`,
    )
    return tables.all().flatMap(({ name }) => {
      if (ofTheSchema.includes(String(name))) return []
      const rows = database.prepare(`select * from ${String(name)}`).all()
      return rows.map((row) => ({ table: name, row: Object.fromEntries(Object.entries(row).map(asText)) }))
    })
  } finally {
    database.close()
  }
}

function asText([column, value]: [string, unknown]): [string, unknown] {
  return [column, value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value]
}

function bytesOf(_: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && 'base64' in value
  return isBytes ? Buffer.from(String(value.base64), 'base64') : value
}

/** Makes the tables of a frozen schema in an empty database, with their rows. */
export function load({ texts, rows }: FrozenSchema, source: string): Promise<void> {
  return writing(source, async ({ db, dialect, place }: OnDatabase) => {
    for (const statement of texts[dialect.name].split(/;\n/)) {
      if (statement.trim() !== '') await db.executeQuery(CompiledQuery.raw(statement))
    }
    // Which columns are whose, the frozen rows know and the types of this version do not.
    for (const { table, row } of rows)
      await db
        .insertInto(table as never)
        .values(row as never)
        .execute()
    await dialect.continueRowNumbers(db, place)
  })
}

import type { Clock } from '@mendkit/core'
import type { CompiledQuery, Expression, InsertQueryBuilder, SelectQueryBuilder, SqlBool } from 'kysely'
import type { FailureKind } from '../database-failure.ts'
import type { OpenTransaction } from '../open-transaction.ts'
import type { Place } from '../place.ts'
import type { Database, Tables } from '../tables.ts'

/** An insert into one of our tables. */
export type Insert<Table extends keyof Tables> = InsertQueryBuilder<Tables, Table, unknown>

/** How tables are made. */
export interface Ddl {
  /** A name that stands in a key beside others: a tenant, a kind, an incident's id. Compared byte by byte. */
  readonly short: string
  /** A name that may be long: an id, a correlation key. At most one of a key. Compared byte by byte. */
  readonly name: string
  readonly text: string
  readonly whole: string
  readonly bytes: string
  /** A whole number that rises from row to row, given by the database. */
  readonly rowNumber: string
  /** What makes the rows of a narrow table live in its primary key. */
  readonly inKey: string
  /** An index of those rows for which `where` holds; a database that has none of the kind indexes `instead`, all rows. */
  readonly partialIndex: (
    name: string,
    on: { readonly table: string; readonly columns: string; readonly where: string; readonly instead: string },
  ) => string
  /** Tables that only this database needs. */
  readonly ownTables: readonly string[]
  /** Indexes of the first step that only this database needs. */
  readonly ownIndexes: readonly string[]
}

/**
 * Everything that databases say differently. The rest of the package is plain SQL that they share and never asks which one it
 * is; another database is another one of these.
 */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres' | 'mysql'
  readonly ddl: Ddl
  /** Whether what was committed is still there after the machine lost power. */
  readonly isDurable: boolean
  /** Opens a transaction that sees one moment of all rows, holds up nobody and changes nothing. It fails where some are hidden. */
  readonly snapshot: readonly CompiledQuery[]
  /** Said first in a transaction about the rows of all tenants: it fails from there on where some are hidden from the user. */
  readonly nothingHidden: readonly CompiledQuery[]
  /** Opens a transaction in which commits can be made. */
  open(db: Database): Promise<OpenTransaction>
  /** Whether a commit that failed for a lock leaves its transaction open, so that it alone can be tried again. */
  readonly commitsAgain: boolean
  /** Whether several may write at once, each locking the rows that it looks at. */
  readonly hasRowLocks: boolean
  /** Whether a connection can be lost during a commit, which then leaves a receipt to look up. */
  readonly needsReceipts: boolean
  /** Whether a migration that is cut off leaves behind what it has made, because making a table ends a transaction. */
  readonly keepsHalfMigrations: boolean
  /** The time that leases and due moments are compared with, ms since 1970. */
  now(db: Database, clock: Clock): Promise<number>
  /** Keeps every other commit of a tenant out until this transaction ends. `prefix`: that of the deployment's locks. */
  lockTenant(db: Database, prefix: string, tenant: string): Promise<void>
  /** Runs `work` while nobody else changes the schema, within an open transaction. */
  whileSchemaIsLocked<Result>(db: Database, prefix: string, work: () => Promise<Result>): Promise<Result>
  /** Runs a statement of a migration that may have been run by a migration that was cut off. */
  migrate(db: Database, statement: string): Promise<void>
  /** Locks those rows that a query finds and that nobody else has locked. */
  forUpdateOfFree<Table extends keyof Tables, Row>(
    query: SelectQueryBuilder<Tables, Table, Row>,
  ): SelectQueryBuilder<Tables, Table, Row>
  /** A parameter that the database knows to be a whole number. */
  asWhole(value: number | null): Expression<number | null>
  /** Leaves rows out whose key exists already; or lets the insert fail with what `isDuplicate` knows, and harm nothing else. */
  readonly orIgnore: <Table extends keyof Tables>(insert: Insert<Table>) => Insert<Table>
  /** Whether a list of values can be selected from without saying their types: what its rows share then is given once. */
  readonly selectsValues: boolean
  /** Whether one statement can write to several tables. */
  readonly writesAtOnce: boolean
  /** Whether an insert failed for a key that exists already, and all before it in its transaction stands. */
  readonly isDuplicate: (error: unknown) => boolean
  /** Sets these columns where the row exists already. */
  orReplace<Table extends keyof Tables>(
    insert: Insert<Table>,
    key: readonly (keyof Tables[Table] & string)[],
    columns: readonly (keyof Tables[Table] & string)[],
  ): Insert<Table>
  /** Widens the stretch of a correlation key where it is held already. */
  readonly orWiden: (insert: Insert<'mendkit_correlation_key'>) => Insert<'mendkit_correlation_key'>
  /** Rows that come after one of these values in the order of these columns, in a way that their index is used. */
  isAfter(columns: readonly string[], values: readonly unknown[]): Expression<SqlBool>
  /** Lets the numbers of new rows go on behind those that were given by hand. */
  continueRowNumbers(db: Database, place: Place): Promise<void>
  /** From now on, what this connection deletes is overwritten in the database's files as far as the database can do that. */
  overwriteDeleted(db: Database): Promise<void>
  /** Whether a table of this name exists. */
  hasTable(db: Database, table: string): Promise<boolean>
  /** What the server must be set to for our promises to hold, and is not; undefined when all is well. */
  unfit(db: Database): Promise<string | undefined>
  /** What an error of the driver means; undefined when it is none that a user can do something about. */
  readonly failureKind: (error: unknown) => FailureKind | undefined
}

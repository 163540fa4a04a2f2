export type { HostKysely } from './client.ts'
export { inspectSqliteFile, type SqliteInspection } from './inspect.ts'
export { type MigrationsSqlOptions, migrationsSql } from './migrations.ts'
export { type HostDatabase, type SqlStoreOptions, sqlStore } from './sql-store.ts'

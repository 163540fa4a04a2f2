export type { HostKysely } from './client.ts'
export { inspectSqliteFile, type SqliteInspection } from './inspect.ts'
export { migrationsSql } from './migrations.ts'
export { type HostDatabase, type SqlStoreOptions, sqlStore } from './sql-store.ts'

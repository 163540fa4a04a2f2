import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Clock, type Store, systemClock } from '@mendkit/core'
import { type SqlStoreOptions, sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { onTestFinished } from 'vitest'

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-sql-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The name of a database file in a folder of its own. */
export function temporaryFile(): string {
  return join(temporaryFolder(), 'mendkit.db')
}

/** An open store that is closed when the test is over. */
export async function openStore(file: string, options: SqlStoreOptions & { clock?: Clock } = {}): Promise<Store> {
  const { clock = systemClock, ...rest } = options
  const store = sqlStore(file, rest)
  await store.open({ clock }, callContext())
  onTestFinished(() => store.close())
  return store
}

/** Runs statements on a file as another program would. */
export function tamper(file: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  for (const statement of statements) database.exec(statement)
  database.close()
}

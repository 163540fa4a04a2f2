import { type CallContext, systemClock } from '@mendkit/core'
import { inspectSqliteFile, sqlStore } from '@mendkit/sql'
import type { Call } from '../../run/command.ts'
import { checkSchema, databaseFile } from '../../store/database.ts'
import { type Finding, wrong } from './finding.ts'

/** Whether the store is there, has the schema that this version works on, is whole, and opens. */
export async function storeFindings(call: Call, ctx: CallContext): Promise<readonly Finding[]> {
  const file = databaseFile(call)
  try {
    const found = await inspectSqliteFile(file, { integrity: true })
    checkSchema(file, found)
    const { schema, damage = [] } = found
    const whole = damage.length === 0
    return [
      { ok: true, about: 'store', says: `${file} has tables of version ${schema}` },
      { ok: whole, about: 'integrity', says: whole ? 'SQLite finds the file whole' : damage.join('\n') },
      ...(await opened(file, ctx)),
    ]
  } catch (error) {
    return [wrong('store', error)]
  }
}

async function opened(file: string, ctx: CallContext): Promise<readonly Finding[]> {
  const store = sqlStore(file)
  try {
    await store.open({ clock: systemClock }, ctx)
    const { durable } = store
    const says = durable ? 'opens for writing, and what is committed outlives the process' : 'forgets on exit'
    return [{ ok: durable, about: 'durable', says }]
  } catch (error) {
    return [wrong('durable', error)]
  } finally {
    await store.close()
  }
}

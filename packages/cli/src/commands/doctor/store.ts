import { anchorStatus, type CallContext, type Store, systemClock } from '@mendkit/core'
import { type DatabaseInspection, inspectDatabase, sqlStore, type TablePlace } from '@mendkit/sql'
import type { Call } from '../../run/command.ts'
import { checkSchema, databaseSource, tablePlace } from '../../store/database.ts'
import { anchorText } from '../status/status-text.ts'
import { type Finding, wrong } from './finding.ts'

/** Whether the store is there, has the schema that this version works on, is whole, and opens. */
export async function storeFindings(call: Call, ctx: CallContext): Promise<readonly Finding[]> {
  const [source, place] = [databaseSource(call), tablePlace(call)]
  try {
    const found = await inspectDatabase(source, { integrity: true, ...place })
    checkSchema(found)
    return [
      { ok: true, about: 'store', says: `${found.name} has tables of version ${found.schema}` },
      ...integrity(found),
      ...divergence(found),
      ...(await opened(source, place, ctx)),
    ]
  } catch (error) {
    return [wrong('store', error)]
  }
}

/** Nothing is said of a server, which sees to itself. */
function integrity({ damage }: DatabaseInspection): readonly Finding[] {
  if (damage === undefined) return []
  const whole = damage.length === 0
  return [{ ok: whole, about: 'integrity', says: whole ? 'SQLite finds the file whole' : damage.join('\n') }]
}

function divergence({ diverged }: DatabaseInspection): readonly Finding[] {
  if (diverged === undefined) return []
  const says = `DIVERGED: restored from a backup that is older than its anchors, so hosts only read it; restore a newer one, or accept the loss with \`mendkit recover\``
  return [{ ok: false, about: 'diverged', says }]
}

async function opened(source: string, place: TablePlace, ctx: CallContext): Promise<readonly Finding[]> {
  const store = sqlStore(source, place)
  try {
    await store.open({ clock: systemClock }, ctx)
    const { durable } = store
    const says = durable ? 'opens for writing, and what is committed outlives the process' : 'forgets on exit'
    return [{ ok: durable, about: 'durable', says }, ...(await anchorFindings(store, ctx))]
  } catch (error) {
    return [wrong('durable', error)]
  } finally {
    await store.close()
  }
}

/** How the sinks of the tenant `default` fare, as the hosts noted it down. */
async function anchorFindings(store: Store, ctx: CallContext): Promise<readonly Finding[]> {
  return (await anchorStatus(store, 'default', ctx)).map((one) => ({
    ok: one.behindSince === undefined && !one.refused,
    about: 'anchors',
    says: `in ${one.sink}: ${anchorText(one, { now: systemClock.now() }).replaceAll('\n', '; ')}`,
  }))
}

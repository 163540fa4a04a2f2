import { type CallContext, MendkitError, type Redacted } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { openStore, tamper, temporaryFile } from './folder.ts'
import { aChange, anAlert, anIncident, tenant } from './rows.ts'

const ids = ['1', '2', '3', '4', '5']

/** A context that keeps what is logged as an error. */
function listening(): CallContext & { readonly told: readonly string[] } {
  const told: Redacted[] = []
  const ctx = callContext()
  return { ...ctx, log: { ...ctx.log, error: (text) => void told.push(text) }, told }
}

/** A closed file with five incidents, alerts, and commands of one incident. */
async function fiveOfEach(): Promise<string> {
  const file = temporaryFile()
  const store = await openStore(file)
  const resource = { cluster: 'prod', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'checkout' }
  const by = { id: 'ada', roles: [], tenant, via: 'test' }
  const put = ids.flatMap((id) => [
    { kind: 'document', table: 'incident', row: anIncident(`inc_${id}`) } as const,
    { kind: 'alerts', rows: [{ ...anAlert(`alert_${id}`), resource }] } as const,
    {
      kind: 'document',
      table: 'command',
      row: {
        tenant,
        id: `cmd_${id}`,
        incidentId: 'inc_1',
        state: 'pending',
        by,
        at: 1,
        body: { kind: 'close' },
        revision: 0,
      },
    } as const,
  ])
  await store.commit(aChange({ put }), callContext())
  await store.close()
  return file
}

function corrupt(table: string, change: string, ...which: readonly string[]): string {
  return `update mendkit_${table} set body = ${change} where id in (${which.map((id) => `'${id}'`).join()})`
}

test.each([
  ['document', 'inc_2', "json_set(body, '$.deadlines.settle', 'soon')", 'incident', 'deadlines.settle'],
  ['document', 'inc_2', "json_set(body, '$.deadlines.unheardOf', 'soon')", 'incident', 'deadlines.unheardOf'],
  ['document', 'inc_2', "json_set(body, '$.phase', 'limbo')", 'incident', 'phase'],
  ['document', 'inc_2', "json_remove(body, '$.voids')", 'incident', 'voids'],
  ['document', 'inc_2', "json_set(body, '$.rejectedPlans', json('[\"d\", 7]'))", 'incident', 'rejectedPlans[1]'],
  ['document', 'cmd_2', "json_set(body, '$.body.kind', 'dance')", 'command', 'body.kind'],
  ['document', 'cmd_2', "json_set(body, '$.body.kind', 'approve')", 'command', 'body.approvalId'],
  ['document', 'cmd_2', "json_remove(body, '$.by.roles')", 'command', 'by.roles'],
  ['alert', 'alert_2', "json_set(body, '$.resource.name', 7)", 'alert', 'resource.name'],
  ['alert', 'alert_2', "json_set(body, '$.annotations.summary', 7)", 'alert', 'annotations.summary'],
  ['alert', 'alert_2', "json_set(body, '$.startsAt', 'yesterday')", 'alert', 'startsAt'],
])('a body in %s %s after `%s` is corrupt, naming table, id and field', async (table, id, change, named, path) => {
  const file = await fiveOfEach()
  tamper(file, corrupt(table, change, id))
  const store = await openStore(file)
  const read = async () => {
    if (table === 'alert') await store.alerts(tenant, [id], callContext())
    else await store.get(named === 'incident' ? 'incident' : 'command', tenant, id, callContext())
  }
  const error = await read().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(MendkitError.is(error, 'corrupt') && [error.path, error.message]).toEqual([
    path,
    expect.stringContaining(`${named} ${id} of tenant ${tenant}`),
  ])
  expect((error as Error).message).toContain(`\`${path}\``)
})

test('reads across incidents leave corrupt rows out, fill the page up and say so once', async () => {
  const file = await fiveOfEach()
  tamper(
    file,
    corrupt('document', "json_remove(body, '$.phase')", 'inc_1', 'inc_3'),
    corrupt('alert', "json_remove(body, '$.labels')", 'alert_1', 'alert_3'),
  )
  const store = await openStore(file)
  const ctx = listening()
  const names = (rows: readonly { readonly id: string }[]) => rows.map((row) => row.id)
  expect(names(await store.list('incident', { tenant, states: ['open', 'closed'], limit: 2 }, ctx))).toEqual([
    'inc_2',
    'inc_4',
  ])
  expect(ctx.told).toEqual([
    expect.stringMatching(/^2 stored rows are left out; the first: .*incident inc_1 .*`phase`/),
  ])
  expect(names(await store.list('incident', { limit: 10, after: 'inc_2' }, ctx))).toEqual(['inc_4', 'inc_5'])
  expect(names(await store.list('incident', { limit: 2, after: 'inc_5', descending: true }, ctx))).toEqual([
    'inc_4',
    'inc_2',
  ])
  expect(names(await store.pendingAlerts({ limit: 3 }, ctx))).toEqual(['alert_2', 'alert_4', 'alert_5'])
  expect(names(await store.pendingAlerts({ limit: 2 }, ctx))).toEqual(['alert_2', 'alert_4'])
  const stale = { tenant, source: 'am', seenBefore: '2027-01-01T00:00:00Z' }
  expect(names(await store.staleAlerts({ ...stale, limit: 2 }, ctx))).toEqual(['alert_2', 'alert_4'])
  expect(names(await store.staleAlerts({ ...stale, after: 'alert_2', limit: 5 }, ctx))).toEqual(['alert_4', 'alert_5'])
})

test('a read within one incident is refused when a row is corrupt: nothing may be decided without it', async () => {
  const file = await fiveOfEach()
  tamper(file, corrupt('document', "json_remove(body, '$.by')", 'cmd_3'))
  const store = await openStore(file)
  const pending = { tenant, incidentId: 'inc_1', states: ['pending'], limit: 10 }
  await expect(store.list('command', pending, callContext())).rejects.toMatchObject({ code: 'corrupt', path: 'by' })
})

test('a change that meets a corrupt row fails alone; the others of its transaction stand', async () => {
  const file = await fiveOfEach()
  const opened = await openStore(file)
  const joined = ids.map((id) => ({ ...anAlert(`alert_${id}`), revision: 1, incidentId: `inc_${id}` }))
  await opened.commit(aChange({ put: [{ kind: 'alerts', rows: joined }] }), callContext())
  await opened.close()
  tamper(file, corrupt('alert', "json_remove(body, '$.labels')", 'alert_1'))
  const store = await openStore(file)
  const move = (from: string) =>
    store.commit(aChange({ put: [{ kind: 'move-members', from, into: 'inc_5' }] }), callContext())
  const [bad, good] = await Promise.allSettled([move('inc_1'), move('inc_2')])
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'corrupt', path: 'labels' } })
  expect(good).toMatchObject({ status: 'fulfilled', value: { kind: 'committed' } })
  expect((await store.alerts(tenant, ['alert_2'], callContext()))[0]?.incidentId).toBe('inc_5')
})

import { createMendkit, defineNotifier, type Mendkit, type Store, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext, type VirtualClock, virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { temporaryFile } from './folder.ts'

const minute = 60_000

/** A host on a file, with two tiers of five minutes that are gone through twice. */
function openHost(file: string, clock: VirtualClock) {
  const store = sqlStore(file)
  const pages: string[] = []
  const telling = (id: string) =>
    defineNotifier({
      id,
      reachesPeople: true,
      send: async ({ urgency, page }) => {
        if (urgency === 'page') pages.push(`${id} ${page?.tier}/${page?.round}`)
      },
    })
  const tiers = ['first', 'second'].map((id) => ({ notifiers: [id], acknowledgeMs: 5 * minute }))
  const mendkit = createMendkit({
    store,
    notifiers: ['first', 'second'].map(telling),
    settings: { escalation: { policies: [{ id: 'all', match: ['alertname="Broken"'], tiers, repeats: 1 }] } },
    system: { clock, log: silentLogger },
  })
  const stopping = new AbortController()
  let isOver = false
  const running = mendkit.run({ signal: stopping.signal }).finally(() => {
    isOver = true
  })
  return {
    mendkit,
    store,
    pages,
    async stop() {
      stopping.abort()
      while (!isOver) await clock.advance(100)
      await running
      await mendkit.close()
    },
  }
}

async function alert(mendkit: Mendkit, clock: VirtualClock): Promise<void> {
  const asOf = new Date(clock.now()).toISOString()
  const alerts = [{ labels: { alertname: 'Broken' } }]
  const ingested = mendkit.ingest({ source: 'am', complete: false, asOf, alerts })
  await clock.advance(100)
  await ingested
}

/** Makes the incident that was handed over one that has just escalated, and whose first tier was paged. */
async function escalate(store: Store, clock: VirtualClock): Promise<void> {
  const [incident] = await store.list('incident', { states: ['handed-over'], limit: 1 }, callContext())
  if (incident === undefined) return expect.unreachable('no incident was handed over')
  const step = { policy: 'all', tier: 1, tiers: 2, round: 1, rounds: 2 }
  const escalation = { kind: 'paging', since: clock.now(), dueAt: clock.now() + 5 * minute, step } as const
  const row = { ...incident, phase: 'escalated', paged: true, pagedVia: ['first'], escalation } as const
  const put = [
    { kind: 'document', table: 'incident', row },
    { kind: 'raise', incidentId: incident.id },
  ] as const
  const change = { tenant: 'default', expect: [], put, audit: [] }
  expect(await store.commit(change, callContext())).toMatchObject({ kind: 'committed' })
}

/** In small steps: a file takes a few turns of the event loop. */
async function passes(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) await clock.advance(1_000)
}

test('tiers on a file go on after a restart, each paged once, until somebody acknowledges', async () => {
  const [file, clock] = [temporaryFile(), virtualClock()]
  const before = openHost(file, clock)
  await alert(before.mendkit, clock)
  await passes(clock, minute)
  await escalate(before.store, clock)
  await passes(clock, minute)
  await before.stop()
  expect(before.pages).toEqual([])

  const after = openHost(file, clock)
  await passes(clock, 5 * minute)
  expect(after.pages).toEqual(['second 2/1'])
  await passes(clock, 5 * minute)
  expect(after.pages).toEqual(['second 2/1', 'first 1/2'])
  const [incident] = await after.mendkit.incidents.list()
  await after.mendkit.incidents.acknowledge(incident?.id ?? '')
  await passes(clock, 30 * minute)
  expect(after.pages).toHaveLength(2)
  expect(await after.mendkit.incidents.list()).toMatchObject([{ escalation: { kind: 'held' }, heldBy: { by: 'host' } }])
  expect(await after.mendkit.audit.verify()).toMatchObject({ verified: true })
  await after.stop()
}, 60_000)

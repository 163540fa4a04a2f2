import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@mendkit/core'
import { callContext, verifyLog } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { openStore, temporaryFile } from './folder.ts'
import { startChild } from './processes/child.ts'
import { aChange, counts, tenant } from './rows.ts'

const ctx = callContext()

function expectSound(file: string): void {
  const database = new DatabaseSync(file)
  const [answer] = database.prepare('pragma integrity_check').all()
  database.close()
  expect(answer).toEqual({ integrity_check: 'ok' })
}

test('three processes share one file: each incident is done exactly once, although one is killed midway', async () => {
  const file = temporaryFile()
  const store = await openStore(file)
  const owners = ['first', 'second', 'doomed']
  const [first, second, doomed] = owners.map((owner) => startChild('./claim-all.ts', file, owner, '1000'))
  if (!first || !second || !doomed) throw new Error('three children were started')
  await Promise.all([first, second, doomed].map((child) => child.printed(1)))
  const ids: string[] = []
  const raiseMore = async () => {
    const more = Array.from({ length: 20 }, (_, index) => `inc_${ids.length + index}`)
    ids.push(...more)
    await store.commit(aChange({ put: more.map((incidentId) => ({ kind: 'raise', incidentId })) }), ctx)
  }
  for (let round = 0; round < 10 || doomed.lines.length < 4; round += 1) {
    await raiseMore()
    await systemClock.sleep(5, ctx.signal)
  }
  await doomed.kill()
  await raiseMore()
  while ((await store.nextDueAt(ctx)) !== undefined || leased(file) > 0) await systemClock.sleep(20, ctx.signal)
  await store.commit(aChange({ put: [counts('stop')] }), ctx)
  await Promise.all([first.ended(), second.ended()])

  const done = await Promise.all(ids.map((id) => store.counter(tenant, `done-${id}`, ctx)))
  expect(done).toEqual(ids.map(() => 1))
  const shares = await Promise.all(owners.map((owner) => store.counter(tenant, `done-by-${owner}`, ctx)))
  expect(shares.filter((share) => share > 0).length, `shares ${shares.join(', ')}`).toBeGreaterThan(1)
  expect(shares.reduce((sum, share) => sum + share)).toBe(ids.length)
  expect(await verifyLog(store)).toBe(ids.length)
  expectSound(file)
}, 30_000)

/** How many incidents are leased or due. */
function leased(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const [row] = database.prepare('select count(*) as rows from mendkit_due where due_at is not null').all()
  database.close()
  return Number(row?.['rows'])
}

test('nothing that was acknowledged is lost when the process is killed, again and again', async () => {
  const file = temporaryFile()
  let known = 0
  for (const lines of [40, 90, 150]) {
    const child = startChild('./commit-forever.ts', file)
    await child.printed(lines)
    await child.kill()
    const acknowledged = child.lines.flatMap((line) => line.split(' ').map(Number))
    expect(new Set(acknowledged).size).toBe(acknowledged.length)
    expect(Math.min(...acknowledged)).toBe(known)

    const store = await openStore(file)
    const size = await verifyLog(store)
    expect(size).toBeGreaterThan(Math.max(...acknowledged))
    expect(await store.counter(tenant, 'entries', ctx)).toBe(size)
    await store.close()
    expectSound(file)
    known = size
  }
}, 30_000)

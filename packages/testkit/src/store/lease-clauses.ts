import { strict as assert } from 'node:assert'
import type { Claim, Put, Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { tenant } from './rows.ts'
import { committed, conflicted } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
/** Long enough that real time does not end it during a test. */
const leaseMs = 60_000

const raise = (incidentId: string): Put => ({ kind: 'raise', incidentId })

function schedule(claim: Claim, dueAt: number | undefined, release = true): Put {
  const { incidentId, inputs } = claim
  return { kind: 'schedule', incidentId, inputs, release, ...(dueAt !== undefined && { dueAt }) }
}

function claimAll(store: Store, owner = 'worker'): Promise<readonly Claim[]> {
  return store.claim({ owner, limit: 100, leaseMs }, ctx)
}

async function claimOne(store: Store): Promise<Claim> {
  const [claim, ...more] = await claimAll(store)
  assert.ok(claim !== undefined && more.length === 0, 'exactly one incident is due')
  return claim
}

function expectLease({ incidentId, epoch }: Claim) {
  return [{ kind: 'lease', incidentId, epoch }] as const
}

/** Due incidents and the leases on them. */
export const leaseClauses: Contract<StoreSubject> = [
  {
    says: 'leases an incident that was raised, once, without any lease to raise it',
    async check(make) {
      const { store } = await make()
      assert.deepEqual(await claimAll(store), [])
      await committed(store, { put: [raise('inc_1'), raise('inc_1')] })
      const claim = await claimOne(store)
      assert.deepEqual([claim.tenant, claim.incidentId, claim.inputs], [tenant, 'inc_1', 2])
      assert.deepEqual(await claimAll(store), [])
    },
  },
  {
    says: 'raises the epoch with every claim and conflicts for a holder whose lease went to another',
    async check(make) {
      const { store, passTime } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const first = await claimOne(store)
      await passTime(leaseMs)
      const second = await claimOne(store)
      assert.ok(second.epoch > first.epoch)
      await conflicted(store, { expect: expectLease(first) })
      await committed(store, { expect: expectLease(second) })
      await conflicted(store, { expect: [{ kind: 'lease', incidentId: 'inc_2', epoch: 0 }] })
    },
  },
  {
    says: 'conflicts for an expired lease even when nobody else took it',
    async check(make) {
      const { store, passTime } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      await passTime(leaseMs)
      await conflicted(store, { expect: expectLease(claim), put: [{ kind: 'counter', name: 'c', add: 1 }] })
      assert.equal(await store.counter(tenant, 'c', ctx), 0)
      assert.equal(await store.renew(claim, leaseMs, ctx), false)
    },
  },
  {
    says: 'renews a lease from now, and says false when it was lost',
    async check(make) {
      const { store, passTime } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      await passTime(leaseMs / 2)
      assert.equal(await store.renew(claim, leaseMs, ctx), true)
      await passTime(leaseMs / 2)
      await committed(store, { expect: expectLease(claim) })
      await passTime(leaseMs)
      const next = await claimOne(store)
      assert.equal(await store.renew(claim, leaseMs, ctx), false)
      await store.release(claim, ctx)
      assert.equal(await store.renew(next, leaseMs, ctx), true, 'the loser let go of nothing')
    },
  },
  {
    says: 'lets go of a lease, and the incident stays as due as it was',
    async check(make) {
      const { store } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const first = await claimOne(store)
      await store.release(first, ctx)
      const second = await claimOne(store)
      assert.ok(second.epoch > first.epoch)
      assert.equal(second.inputs, first.inputs)
    },
  },
  {
    says: 'is due again at the time that a step scheduled, and not before',
    async check(make) {
      const { store, passTime } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      const dueAt = (await store.now(ctx)) + 5_000
      await committed(store, { expect: expectLease(claim), put: [schedule(claim, dueAt)] })
      assert.deepEqual(await claimAll(store), [])
      assert.equal(await store.nextDueAt(ctx), dueAt)
      await conflicted(store, { expect: expectLease(claim) })
      await passTime(5_000)
      await claimOne(store)
    },
  },
  {
    says: 'is never due again after a step that scheduled nothing, until it is raised',
    async check(make) {
      const { store, passTime } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      await committed(store, { put: [schedule(claim, undefined)] })
      assert.equal(await store.nextDueAt(ctx), undefined)
      await passTime(1_000)
      assert.deepEqual(await claimAll(store), [])
      await committed(store, { put: [raise('inc_1')] })
      assert.equal((await claimOne(store)).inputs, claim.inputs + 1)
    },
  },
  {
    says: 'is due at once when an input came since the step began, whatever the step scheduled',
    async check(make) {
      const { store } = await make()
      for (const dueAt of [undefined, (await store.now(ctx)) + 86_400_000]) {
        await committed(store, { put: [raise('inc_1')] })
        const claim = await claimOne(store)
        await committed(store, { put: [raise('inc_1')] })
        assert.deepEqual(await claimAll(store), [], 'raising does not take the lease away')
        await committed(store, { expect: expectLease(claim), put: [schedule(claim, dueAt)] })
        const again = await claimOne(store)
        assert.equal(again.inputs, claim.inputs + 1)
        await committed(store, { put: [schedule(again, undefined)] })
      }
    },
  },
  {
    says: 'keeps the lease when a step schedules without letting go',
    async check(make) {
      const { store } = await make()
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      await committed(store, { expect: expectLease(claim), put: [schedule(claim, await store.now(ctx), false)] })
      assert.deepEqual(await claimAll(store), [])
      assert.equal(await store.nextDueAt(ctx), undefined)
      assert.equal(await store.renew(claim, leaseMs, ctx), true)
    },
  },
  {
    says: 'leases the most overdue first and no more than asked for',
    async check(make) {
      const { store, passTime } = await make()
      for (const id of ['inc_b', 'inc_c', 'inc_a']) {
        await committed(store, { put: [raise(id)] })
        await passTime(10)
      }
      const first = await store.claim({ owner: 'worker', limit: 2, leaseMs }, ctx)
      assert.deepEqual(
        first.map((claim) => claim.incidentId),
        ['inc_b', 'inc_c'],
      )
      assert.deepEqual(
        (await claimAll(store)).map((claim) => claim.incidentId),
        ['inc_a'],
      )
    },
  },
  {
    says: 'never leases one incident to two claimers, and leaves none out',
    async check(make) {
      const { store, another } = await make()
      const stores = [store, await another(), await another()]
      const ids = Array.from({ length: 40 }, (_, index) => `inc_${index}`)
      await committed(store, { put: ids.map(raise) })
      const rounds = Array.from({ length: 8 }, () =>
        stores.map((from, index) => from.claim({ owner: `worker-${index}`, limit: 5, leaseMs }, ctx)),
      )
      const claimed = (await Promise.all(rounds.flat())).flat().map((claim) => claim.incidentId)
      assert.equal(new Set(claimed).size, claimed.length, 'none twice')
      assert.deepEqual(claimed.sort(), ids.toSorted())
    },
  },
  {
    says: 'answers when the next unleased incident is due',
    async check(make) {
      const { store } = await make()
      assert.equal(await store.nextDueAt(ctx), undefined)
      await committed(store, { put: [raise('inc_1')] })
      const claim = await claimOne(store)
      assert.equal(await store.nextDueAt(ctx), undefined)
      const dueAt = (await store.now(ctx)) + 7_000
      await committed(store, { put: [{ kind: 'schedule', incidentId: 'inc_2', dueAt, inputs: 0, release: true }] })
      assert.equal(await store.nextDueAt(ctx), dueAt)
      await store.release(claim, ctx)
      assert.ok(((await store.nextDueAt(ctx)) ?? dueAt) <= (await store.now(ctx)))
    },
  },
]

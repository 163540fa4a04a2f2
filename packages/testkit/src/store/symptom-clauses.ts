import { strict as assert } from 'node:assert'
import { type Alert, resourceKey } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aMember, anAlert, tenant } from './rows.ts'
import { alertNow, allMembers, byText, committed, conflicted, counts, joins, stored } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const cart = { cluster: 'prod', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' }
const named = (alertname: string) => ({ alertname, pod: 'p' })

/** Symptom counters and correlation keys through everything that happens to alerts. */
export const symptomClauses: Contract<StoreSubject> = [
  {
    says: 'counts alerts under their name and topmost resource as they join, are suppressed, resolve and come back',
    async check(make) {
      const { store } = await make()
      const [first, second, third] = await stored(store, [
        anAlert(),
        anAlert({ id: 'alert_2' }),
        anAlert({ id: 'alert_3', labels: named('Latency'), topmost: cart, status: 'suppressed' }),
      ])
      assert.ok(first && second && third)
      await committed(store, { put: [first, second, third].flatMap((alert) => joins(alert, 'inc_1')) })
      const latency = ['Latency', 'cart', 0, 1, 1]
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 2, 0, 2]])

      const change = async (id: string, more: Partial<Alert>) =>
        stored(store, [{ ...(await alertNow(store, id)), ...more }])
      await change('alert_1', { status: 'resolved', endsAt: '2026-01-01T00:10:00Z' })
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 1, 0, 2]])
      await change('alert_2', { status: 'suppressed' })
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 0, 1, 2]])
      await change('alert_2', { missed: 2 })
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 0, 1, 2]])

      const { incidentId: _, ...gone } = await alertNow(store, 'alert_1')
      await stored(store, [{ ...gone, episode: 2, status: 'firing', correlated: 'pending' }])
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 0, 1, 2]])
      await committed(store, { put: joins(await alertNow(store, 'alert_1'), 'inc_1') })
      assert.deepEqual(await counts(store, 'inc_1'), [latency, ['PodCrashLooping', 'checkout', 1, 1, 3]])
      assert.deepEqual(await store.symptoms('globex', 'inc_1', ctx), [])
    },
  },
  {
    says: 'finds the symptoms that fire on a resource, whichever incident they belong to',
    async check(make) {
      const { store } = await make()
      const latency = { labels: named('Latency'), topmost: cart }
      const [first, second, third, quiet] = await stored(store, [
        anAlert(),
        anAlert({ id: 'alert_2', ...latency }),
        anAlert({ id: 'alert_3', ...latency }),
        anAlert({ id: 'alert_4', labels: named('Errors'), topmost: cart, status: 'suppressed' }),
      ])
      assert.ok(first && second && third && quiet)
      const put = [joins(first, 'inc_1'), joins(second, 'inc_1'), joins(third, 'inc_2'), joins(quiet, 'inc_2')].flat()
      await committed(store, { put })
      const cartKey = resourceKey(cart)
      const found = async (...keys: string[]) =>
        (await store.firingSymptoms(tenant, keys, ctx))
          .map((symptom) => [symptom.incidentId, symptom.alertname, symptom.resourceKey, symptom.firing])
          .sort(byText)
      const onCart = [
        ['inc_1', 'Latency', cartKey, 1],
        ['inc_2', 'Latency', cartKey, 1],
      ]
      assert.deepEqual(await found(cartKey, cartKey), onCart)
      assert.deepEqual(await found(cartKey, resourceKey(first.topmost ?? cart)), [
        ['inc_1', 'Latency', cartKey, 1],
        ['inc_1', 'PodCrashLooping', resourceKey(first.topmost ?? cart), 1],
        ['inc_2', 'Latency', cartKey, 1],
      ])
      assert.deepEqual(await store.firingSymptoms('globex', [cartKey], ctx), [])
      assert.deepEqual(await found(), [])

      await conflicted(store, {
        put: [
          { kind: 'alerts', rows: [{ ...(await alertNow(store, 'alert_2')), status: 'resolved' }] },
          { kind: 'counter', name: 'c', add: 2, max: 1 },
        ],
      })
      assert.deepEqual(await found(cartKey), onCart)
      await stored(store, [{ ...(await alertNow(store, 'alert_2')), status: 'resolved' }])
      assert.deepEqual(await found(cartKey), [['inc_2', 'Latency', cartKey, 1]])
      await committed(store, { put: [{ kind: 'move-members', from: 'inc_2', into: 'inc_1' }] })
      assert.deepEqual(await found(cartKey), [['inc_1', 'Latency', cartKey, 1]])
    },
  },
  {
    says: 'counts an episode once, however often it is put',
    async check(make) {
      const { store } = await make()
      const [alert] = await stored(store, [anAlert()])
      assert.ok(alert)
      await committed(store, { put: [...joins(alert, 'inc_1'), { kind: 'members', rows: [aMember(), aMember()] }] })
      await committed(store, { put: [{ kind: 'members', rows: [aMember({ episode: 2 }), aMember({ episode: 2 })] }] })
      assert.deepEqual(await counts(store, 'inc_1'), [['PodCrashLooping', 'checkout', 1, 0, 2]])
      await committed(store, { put: joins(await alertNow(store, 'alert_1'), 'inc_1') })
      await committed(store, { put: [{ kind: 'members', rows: [aMember(), aMember()] }] })
      assert.deepEqual(await counts(store, 'inc_1'), [['PodCrashLooping', 'checkout', 1, 0, 2]])
    },
  },
  {
    says: 'counts an alert under its new symptom once its topmost resource is known or another',
    async check(make) {
      const { store } = await make()
      const { topmost: _, ...unknown } = anAlert()
      const [alert] = await stored(store, [unknown])
      assert.ok(alert)
      await committed(store, { put: joins(alert, 'inc_1') })
      assert.deepEqual(await counts(store, 'inc_1'), [['PodCrashLooping', '', 1, 0, 1]])
      await stored(store, [{ ...(await alertNow(store, 'alert_1')), topmost: cart }])
      const [symptom] = await store.symptoms(tenant, 'inc_1', ctx)
      assert.deepEqual(symptom, {
        tenant,
        incidentId: 'inc_1',
        alertname: 'PodCrashLooping',
        resourceKey: 'prod/apps/Deployment/shop/cart',
        resource: cart,
        firing: 1,
        suppressed: 0,
        total: 1,
      })
      assert.equal((await counts(store, 'inc_1')).length, 1)
    },
  },
  {
    says: 'leaves counters as they were when the change conflicts',
    async check(make) {
      const { store } = await make()
      const [alert] = await stored(store, [anAlert()])
      assert.ok(alert)
      const expect = [{ kind: 'revision', table: 'setting', id: 'pause', revision: 3 }] as const
      await conflicted(store, { expect, put: joins(alert, 'inc_1') })
      const capped = { kind: 'counter', name: 'c', add: 2, max: 1 } as const
      await conflicted(store, { put: [...joins(alert, 'inc_1'), capped] })
      assert.deepEqual(await counts(store, 'inc_1'), [])
      assert.deepEqual(await allMembers(store, 'inc_1'), [])
      assert.equal((await alertNow(store, 'alert_1')).revision, 1)
    },
  },
  {
    says: 'moves members, alerts, counters and keys from one incident to another, each counted once',
    async check(make) {
      const { store } = await make()
      const [first, second, third] = await stored(store, [
        anAlert(),
        anAlert({ id: 'alert_2' }),
        anAlert({ id: 'alert_3', labels: named('Latency'), topmost: cart }),
      ])
      assert.ok(first && second && third)
      const key = { kind: 'correlation-key', cluster: 'prod', incidentId: 'inc_1' } as const
      await committed(store, {
        put: [
          ...joins(first, 'inc_1'),
          ...joins(second, 'inc_2'),
          ...joins(third, 'inc_2'),
          { kind: 'members', rows: [aMember({ incidentId: 'inc_2', alertId: 'alert_1' })] },
          { ...key, key: 'k1', from: 10, until: 20 },
          { ...key, key: 'k1', incidentId: 'inc_2', from: 15, until: 30 },
          { ...key, key: 'k2', incidentId: 'inc_2', from: 1, until: 2 },
        ],
      })
      await committed(store, { put: [{ kind: 'move-members', from: 'inc_2', into: 'inc_1' }] })

      assert.deepEqual(await counts(store, 'inc_2'), [])
      assert.deepEqual(await allMembers(store, 'inc_2'), [])
      const wanted = [
        ['Latency', 'cart', 1, 0, 1],
        ['PodCrashLooping', 'checkout', 2, 0, 2],
      ]
      assert.deepEqual(await counts(store, 'inc_1'), wanted)
      assert.deepEqual(
        (await allMembers(store, 'inc_1')).map((member) => [member.alertId, member.incidentId]),
        [
          ['alert_1', 'inc_1'],
          ['alert_2', 'inc_1'],
          ['alert_3', 'inc_1'],
        ],
      )
      const moved = await alertNow(store, 'alert_2')
      assert.deepEqual([moved.incidentId, moved.revision], ['inc_1', 3])
      assert.equal((await alertNow(store, 'alert_1')).revision, 2)
      await conflicted(store, { put: [{ kind: 'alerts', rows: [{ ...moved, revision: 2 }] }] })
      const held = await store.correlationKeys(tenant, 'prod', ['k1', 'k2'], ctx)
      assert.deepEqual(held.map((row) => [row.key, row.incidentId, row.from, row.until]).sort(byText), [
        ['k1', 'inc_1', 10, 30],
        ['k2', 'inc_1', 1, 2],
      ])

      await stored(store, [{ ...moved, status: 'resolved' }])
      assert.deepEqual(await counts(store, 'inc_1'), [wanted[0], ['PodCrashLooping', 'checkout', 1, 0, 2]])
    },
  },
  {
    says: 'moves what the same change has put before the move',
    async check(make) {
      const { store } = await make()
      const [alert] = await stored(store, [anAlert({ status: 'resolved' })])
      assert.ok(alert)
      const move = { kind: 'move-members', from: 'inc_2', into: 'inc_1' } as const
      await committed(store, { put: [...joins(alert, 'inc_2'), move] })
      assert.deepEqual(await counts(store, 'inc_1'), [['PodCrashLooping', 'checkout', 0, 0, 1]])
      assert.deepEqual(await counts(store, 'inc_2'), [])
      assert.equal((await alertNow(store, 'alert_1')).incidentId, 'inc_1')
    },
  },
  {
    says: 'grows the stretch of a correlation key, finds its holders, and drops all keys of an incident',
    async check(make) {
      const { store } = await make()
      const hold = (incidentId: string, key: string, from: number, until: number, cluster = 'prod') =>
        ({ kind: 'correlation-key', cluster, key, incidentId, from, until }) as const
      await committed(store, {
        put: [
          hold('inc_1', 'k1', 50, 60),
          hold('inc_1', 'k1', 55, 58),
          hold('inc_2', 'k1', 70, 80),
          hold('inc_1', 'k2', -5, 1),
          hold('inc_1', 'k1', 1, 2, 'staging'),
        ],
      })
      await committed(store, { put: [hold('inc_1', 'k1', 40, 55), hold('inc_1', 'k1', 45, 90)] })
      const held = async (cluster: string, ...keys: string[]) =>
        (await store.correlationKeys(tenant, cluster, keys, ctx))
          .map((row) => [row.tenant, row.cluster, row.key, row.incidentId, row.from, row.until])
          .sort(byText)
      assert.deepEqual(await held('prod', 'k1', 'k9', 'k1'), [
        [tenant, 'prod', 'k1', 'inc_1', 40, 90],
        [tenant, 'prod', 'k1', 'inc_2', 70, 80],
      ])
      assert.deepEqual(await held('prod', 'k2'), [[tenant, 'prod', 'k2', 'inc_1', -5, 1]])
      assert.deepEqual(await store.correlationKeys('globex', 'prod', ['k1'], ctx), [])
      await committed(store, { put: [{ kind: 'drop-correlation-keys', incidentId: 'inc_1' }] })
      assert.deepEqual(await held('prod', 'k1', 'k2'), [[tenant, 'prod', 'k1', 'inc_2', 70, 80]])
      assert.deepEqual(await held('staging', 'k1'), [])
    },
  },
]

import assert from 'node:assert/strict'
import type { Alert, Correlator, RecordedChange } from '@mendkit/core'
import type { Contract } from './contract.ts'
import { frozen } from './frozen.ts'

/** What the contract needs of a correlator. */
export interface CorrelatorSubject {
  readonly correlator: Correlator
  /** Two alerts that began at the same time and belong together. */
  readonly together: readonly [Alert, Alert]
  /** Two alerts that began at the same time and have nothing in common. */
  readonly apart: readonly [Alert, Alert]
  /** Recorded changes that all of them are asked with. */
  readonly changes: readonly RecordedChange[]
}

/** What every correlator promises. */
export const correlatorContract: Contract<CorrelatorSubject> = [
  {
    says: 'has spec 1 and an id',
    async check(make) {
      const { correlator } = await make()
      assert.equal(correlator.spec, 1)
      assert.notEqual(correlator.id, '')
    },
  },
  {
    says: 'gives keys with a text, a reach in time and a reason',
    async check(make) {
      const { correlator, together, changes } = await make()
      const keys = together.flatMap((alert) => correlator.keys(alert, changes))
      assert.ok(keys.length > 0)
      for (const { key, withinMs, because } of keys) {
        assert.match(key, /\S/)
        assert.ok(withinMs >= 0, `key ${key} reaches ${withinMs} ms`)
        assert.match(because, /\S/)
      }
    },
  },
  {
    says: 'gives alerts that belong together a key in common, and others none',
    async check(make) {
      const { correlator, together, apart, changes } = await make()
      assert.ok(shared(correlator, together, changes).length > 0, 'the two that belong together share no key')
      assert.deepEqual(shared(correlator, apart, changes), [])
    },
  },
  {
    says: 'gives the same alert the same keys, whatever it was asked before and in whatever order changes come',
    async check(make) {
      const { correlator, together, apart, changes } = await make()
      const alerts = [...together, ...apart]
      const first = alerts.map((alert) => sorted(correlator, alert, changes))
      const again = alerts.toReversed().map((alert) => sorted(correlator, structuredClone(alert), changes.toReversed()))
      assert.deepEqual(again.toReversed(), first)
    },
  },
  {
    says: 'looks at nothing of an alert that changes while it fires',
    async check(make) {
      const { correlator, together, changes } = await make()
      for (const alert of together) {
        const later: Alert = {
          ...alert,
          status: 'suppressed',
          lastSeenAt: new Date(Date.parse(alert.lastSeenAt) + 3_600_000).toISOString(),
          missed: alert.missed + 1,
          revision: alert.revision + 1,
          correlated: alert.correlated === 'done' ? 'pending' : 'done',
          incidentId: 'inc_other',
        }
        assert.deepEqual(sorted(correlator, later, changes), sorted(correlator, alert, changes))
      }
    },
  },
  {
    says: 'changes nothing that it is given',
    async check(make) {
      const { correlator, together, changes } = await make()
      for (const alert of together) correlator.keys(frozen(structuredClone(alert)), frozen(structuredClone(changes)))
    },
  },
]

function shared(correlator: Correlator, [one, other]: readonly [Alert, Alert], changes: readonly RecordedChange[]) {
  const keys = new Set(correlator.keys(one, changes).map(({ key }) => key))
  return correlator.keys(other, changes).filter(({ key }) => keys.has(key))
}

function sorted(correlator: Correlator, alert: Alert, changes: readonly RecordedChange[]) {
  return correlator.keys(alert, changes).toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
}

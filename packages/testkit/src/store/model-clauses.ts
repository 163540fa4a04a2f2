import { strict as assert } from 'node:assert'
import { type Change, type Store, symptomKey } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { verifyLog } from './audit-clauses.ts'
import { applyToModel, idsOfModel, type Model, naiveModel, symptomsOfModel } from './naive-model.ts'
import { randomChange, seededDice } from './random-changes.ts'
import { tenant } from './rows.ts'
import { allMembers, byText } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const seeds = [1, 2, 3, 4]
const groupsOfHistory = 30

/** Whole histories against a model that is simple enough to be believed. */
export const modelClauses: Contract<StoreSubject> = [
  {
    says: 'agrees with a naive model over random histories of grouped changes, some of which conflict',
    async check(make) {
      for (const seed of seeds) await followHistory(await make(), seed)
    },
  },
]

async function followHistory({ store, passTime }: StoreSubject, seed: number): Promise<void> {
  const dice = seededDice(seed)
  let model = naiveModel()
  for (let step = 0; step < groupsOfHistory; step += 1) {
    const now = await store.now(ctx)
    const changes: Change[] = []
    const expected: string[] = []
    for (let count = 1 + dice.roll(6); count > 0; count -= 1) {
      const change = randomChange(model, dice, now)
      const next = applyToModel(model, change, now)
      changes.push(change)
      expected.push(next === 'conflict' ? 'conflict' : 'committed')
      if (next !== 'conflict') model = next
    }
    const results = await Promise.all(changes.map((change) => store.commit(change, ctx)))
    const where = `seed ${seed}, group ${step}`
    assert.deepEqual(
      results.map((result) => result.kind),
      expected,
      where,
    )
    await agrees(store, model, where)
    await passTime(1 + dice.roll(2_000))
  }
  assert.equal(await verifyLog(store), model.entries, `seed ${seed}`)
}

async function agrees(store: Store, model: Model, where: string): Promise<void> {
  const alerts = await store.alerts(
    tenant,
    Array.from({ length: 6 }, (_, index) => `alert_${index}`),
    ctx,
  )
  assert.deepEqual(sorted(alerts), sorted(model.alerts), where)
  const pending = (await store.pendingAlerts({ limit: 100 }, ctx)).map((alert) => alert.id)
  const waiting = model.alerts.filter((alert) => alert.correlated === 'pending').map((alert) => alert.id)
  assert.deepEqual(pending.sort(), waiting.sort(), where)
  for (const incidentId of ['inc_1', 'inc_2', 'inc_3']) {
    const symptoms = (await store.symptoms(tenant, incidentId, ctx)).map((symptom) => [
      symptomKey(symptom),
      symptom.firing,
      symptom.suppressed,
      symptom.total,
    ])
    assert.deepEqual(symptoms.sort(byText), symptomsOfModel(model, incidentId), `${where}, symptoms of ${incidentId}`)
    const members = await allMembers(store, incidentId, 2)
    const isListed = ({ left, alertId }: Model['members'][number]) =>
      left === undefined && model.alerts.some(({ id }) => id === alertId)
    const wanted = model.members.filter((member) => member.incidentId === incidentId && isListed(member))
    const place = (member: { alertId: string; episode: number }) => `${member.alertId} ${member.episode}`
    assert.deepEqual(members.map(place).sort(), wanted.map(place).sort(), `${where}, members of ${incidentId}`)
  }
  for (const cluster of ['prod', 'staging']) {
    const keys = await store.correlationKeys(tenant, cluster, ['a', 'b', 'c'], ctx)
    const held = model.keys.filter((key) => key.cluster === cluster)
    assert.deepEqual(keys.map(flat).sort(), held.map(flat).sort(), where)
  }
  for (const name of ['a', 'b', 'c']) {
    assert.equal(await store.counter(tenant, name, ctx), model.counters[name] ?? 0, `${where}, counter ${name}`)
  }
  for (const state of ['pending', 'done']) {
    const rows = await store.list('command', { tenant, states: [state], limit: 10 }, ctx)
    assert.deepEqual(
      rows.map((row) => row.id),
      idsOfModel(model, 'command', state),
      where,
    )
  }
  const history = await store.history({ tenant, of: 'alerts', limit: 1_000 }, ctx)
  assert.deepEqual(history, sorted(model.history), `${where}, history`)
  await agreesOnDue(store, model, where)
}

async function agreesOnDue(store: Store, model: Model, where: string): Promise<void> {
  const now = await store.now(ctx)
  const next = await store.nextDueAt(ctx)
  const times = model.due.flatMap((due) => due.dueAt ?? [])
  const wanted = times.length === 0 ? undefined : Math.min(...times)
  // What is overdue is claimed now, whatever the exact moment.
  if (wanted === undefined || wanted > now) assert.equal(next, wanted, `${where}, next due`)
  else assert.ok(next !== undefined && next <= now, `${where}, overdue`)
}

function flat(key: { key: string; incidentId: string; from: number; until: number }): string {
  return `${key.key} ${key.incidentId} ${key.from} ${key.until}`
}

function sorted<Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1))
}

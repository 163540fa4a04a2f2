import type { Store } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import { aBlob, anAlert } from './rows.ts'
import { byText } from './steps.ts'
import { claimRaised, everyId, letGo, type OneTenant } from './tenant-history.ts'

const ctx = callContext()
const incidents = ['inc_1', 'inc_2', 'inc_9']

/** Asks a store for all that a tenant has, by one method. */
type Question = (store: Store, tenant: OneTenant) => Promise<unknown>

/** Why nothing of a tenant can be seen by a method. */
type Reason = string

/** Every method of a store: what it is asked for one tenant, or why it is not asked. A new method needs a line here. */
export const questions: {
  readonly [Name in keyof Store as Store[Name] extends number | string | boolean ? never : Name]-?: Question | Reason
} = {
  open: 'opens the store for all tenants',
  close: 'closes the store for all tenants',
  listen: 'tells that there is work, and nothing of whose',
  commit: 'writes; what it changed is what the others are asked for, and how it answered is part of the history',
  now: 'answers a time',
  nextDueAt: 'answers a time, for the whole engine',
  auditLogs: 'answers which tenants have a log, for the whole engine',
  get: (store, tenant) =>
    all<unknown>([
      ...everyId('cmd').map((id) => store.get('command', tenant, id, ctx)),
      store.get('incident', tenant, 'inc_1', ctx),
      store.get('setting', tenant, 'pause', ctx),
    ]),
  list: (store, tenant) =>
    all(
      [
        {},
        { limit: 2 },
        { after: 'cmd_1' },
        { descending: true, limit: 2 } as const,
        { descending: true, after: 'cmd_globex' } as const,
        { incidentId: 'inc_1' },
        { states: ['pending', 'done', 'refused'] },
        { states: ['pending'], after: 'cmd_1' },
        { incidentId: 'inc_1', states: ['done', 'refused'] },
      ].map((query) => store.list('command', { tenant, limit: 100, ...query }, ctx)),
    ),
  counter: (store, tenant) => all(['c', 'c_acme', 'c_globex'].map((name) => store.counter(tenant, name, ctx))),
  alerts: async (store, tenant) => sorted(await store.alerts(tenant, everyId('alert'), ctx)),
  // Of all tenants, because one sweep correlates for all; each is asked for what is its own.
  async pendingAlerts(store, tenant) {
    const found = await store.pendingAlerts({ limit: 100 }, ctx)
    const { startsAt } = anAlert()
    const after = { startsAt, tenant, id: 'alert_2' }
    const beyond = await store.pendingAlerts({ after, limit: 100 }, ctx)
    return [found, beyond].map((rows) => rows.filter((row) => row.tenant === tenant))
  },
  staleAlerts: (store, tenant) => {
    const query = { tenant, source: 'am', seenBefore: '2026-01-02T00:00:00.000Z' }
    return all(
      [{}, { limit: 1 }, { after: 'alert_1' }].map((more) => store.staleAlerts({ ...query, limit: 9, ...more }, ctx)),
    )
  },
  members: (store, tenant) =>
    all(
      incidents.flatMap((incidentId) => [
        store.members({ tenant, incidentId, limit: 9 }, ctx),
        store.members({ tenant, incidentId, after: { alertId: 'alert_1', episode: 1 }, limit: 1 }, ctx),
      ]),
    ),
  symptoms: async (store, tenant) =>
    (await all(incidents.map((incidentId) => store.symptoms(tenant, incidentId, ctx)))).map(sorted),
  async firingSymptoms(store, tenant) {
    const symptoms = await Promise.all(incidents.map((incidentId) => store.symptoms(tenant, incidentId, ctx)))
    const keys = symptoms.flat().map((symptom) => symptom.resourceKey)
    return sorted(await store.firingSymptoms(tenant, [...keys, 'prod||Deployment|shop|checkout'], ctx))
  },
  correlationKeys: async (store, tenant) => sorted(await store.correlationKeys(tenant, 'prod', ['key_1'], ctx)),
  async endedAlerts(store, tenant) {
    const ended: unknown[] = []
    for (let after: string | undefined; ; ) {
      const from = after === undefined ? {} : { after }
      const { alerts, next } = await store.endedAlerts(
        { tenant, seenBefore: '2026-01-02T00:00:00.000Z', limit: 1, ...from },
        ctx,
      )
      ended.push(...alerts)
      if (next === undefined) return ended
      after = next
    }
  },
  history: (store, tenant) =>
    all(
      [
        {},
        { limit: 1 },
        { descending: true, limit: 2 } as const,
        { alertId: 'alert_1' },
        { incidentId: 'inc_1' },
        { name: 'PodCrashLooping' },
        { of: 'series' } as const,
      ].map((query) => store.history({ tenant, of: 'alerts', limit: 9, ...query }, ctx)),
    ),
  auditHead: (store, tenant) => store.auditHead(tenant, ctx),
  readAudit: (store, tenant) =>
    all([0, 2].map((from) => store.readAudit({ tenant, from, limit: from === 0 ? 100 : 2 }, ctx))),
  lastAuditCheckpoint: (store, tenant) => store.lastAuditCheckpoint(tenant, ctx),
  auditCheckpoints: (store, tenant) =>
    all([{}, { to: 3 }].map((to) => store.auditCheckpoints({ tenant, from: 0, limit: 100, ...to }, ctx))),
  auditTile: (store, tenant) => store.auditTile({ tenant, level: 0, index: 0 }, ctx),
  blobs: (store, tenant) => store.blobs(tenant, [aBlob().digest], ctx),
  async claim(store, tenant) {
    const claim = await claimRaised(store, tenant)
    await letGo(store, tenant, claim)
    return claim
  },
  async renew(store, tenant) {
    const claim = await claimRaised(store, tenant)
    const renewed = [await store.renew(claim, 60_000, ctx), await store.renew({ ...claim, epoch: 1 }, 60_000, ctx)]
    await letGo(store, tenant, claim)
    return [...renewed, await store.renew(claim, 60_000, ctx)]
  },
  async release(store, tenant) {
    const claim = await claimRaised(store, tenant)
    await store.release({ ...claim, incidentId: 'inc_2' }, ctx)
    await store.release(claim, ctx)
    const lost = await store.renew(claim, 60_000, ctx)
    const [again] = await store.claim({ owner: tenant, limit: 10, leaseMs: 60_000 }, ctx)
    if (again !== undefined) await letGo(store, tenant, again)
    return [lost, again]
  },
}

/** What a store answers one tenant to every question, by method, as data that compares by value. */
export async function answersTo(store: Store, tenant: OneTenant): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {}
  for (const [method, question] of Object.entries(questions)) {
    if (typeof question === 'function') answers[method] = plain(await question(store, tenant))
  }
  return answers
}

function all<Answer>(asked: readonly Promise<Answer>[]): Promise<readonly Answer[]> {
  return Promise.all(asked)
}

function sorted<Row>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((left, right) => byText([left], [right]))
}

/** Without what only looks different: bytes that some databases give in a class of their own, fields that are absent. */
function plain(answer: unknown): unknown {
  const text = JSON.stringify(answer, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
    const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
    return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]).toString('hex') : value
  })
  return text === undefined ? undefined : JSON.parse(text)
}

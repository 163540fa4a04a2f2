import type { Analyzer, Diagnosis, Evidence, Phase, Policy } from '@mendkit/core'
import {
  checkChange,
  compose,
  decide,
  diagnose,
  loadView,
  type StepResult,
  type StepView,
} from '@mendkit/core/internal'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { clockOf, hostOptions, openHost } from './host.ts'
import { reasonOf } from './reasons.ts'
import { rememberingEvidence } from './remembered-evidence.ts'
import type { Scenery } from './scenery.ts'

/** How the two steps ended: where the incident would go, and why. */
export interface StepsEnd {
  readonly phase: Phase
  readonly reason: string
}

/**
 * The engine's own steps `diagnose` and `decide`, with the real adapter's previews, on one incident that never moves: what
 * they want to write is checked as a store would, and then forgotten. Answers a function that takes both steps once.
 */
export async function openSteps(
  scenery: Scenery,
  analyzer: Analyzer,
  policies?: readonly Policy[],
): Promise<() => Promise<StepsEnd>> {
  const rows = new Map<string, Diagnosis | Evidence>()
  const view = await diagnosingView(scenery)
  const inner = simulatedStore()
  const ctx = callContext()
  await inner.open({ clock: clockOf(scenery.cluster) }, ctx)
  const store = {
    ...inner,
    get: (async (table, tenant, id, context) =>
      rows.get(id) ?? inner.get(table, tenant, id, context)) as typeof inner.get,
  }
  const options = hostOptions(scenery, { store, analyzer, through: rememberingEvidence, ...(policies && { policies }) })
  const parts = compose(options, store, () => undefined)
  const { tenant } = view.incident

  function written({ put = [], audit = [] }: StepResult) {
    const change = { tenant, expect: [], put, audit }
    checkChange(change)
    for (const each of put) {
      if (each.kind === 'document' && (each.table === 'diagnosis' || each.table === 'evidence'))
        rows.set(each.row.id, each.row)
    }
    return change
  }

  return async () => {
    rows.clear()
    const diagnosed = await diagnose(parts, view)
    const changes = [written(diagnosed)]
    let incident = { ...view.incident, ...diagnosed.next } as StepView['incident']
    if (incident.phase === 'deciding') {
      const decided = await decide(parts, { ...view, incident })
      changes.push(written(decided))
      incident = { ...incident, ...decided.next } as StepView['incident']
    }
    return { phase: incident.phase, reason: reasonOf({ incident, changes }) }
  }
}

/** What a step sees of the incident about `shop/checkout`, when it is about to be diagnosed. */
async function diagnosingView(scenery: Scenery): Promise<StepView> {
  const store = simulatedStore()
  const asked = Promise.withResolvers<void>()
  const analyzer: Analyzer = {
    spec: 1,
    id: 'none',
    async analyze() {
      asked.resolve()
      return { hypotheses: [], actions: [] }
    },
  }
  const host = openHost(scenery, { store, analyzer })
  await host.fire()
  await asked.promise
  await host.stop()
  const ctx = callContext()
  await store.open({ clock: clockOf(scenery.cluster) }, ctx)
  const [incident] = await store.list('incident', { tenant: 'default', limit: 1 }, ctx)
  if (incident === undefined) throw new Error('the alert opened no incident')
  const options = hostOptions(scenery, { store, analyzer })
  const claim = { tenant: 'default', incidentId: incident.id, epoch: 1, inputs: 1 }
  const view = await loadView(
    compose(options, store, () => undefined),
    claim,
    { remainingMs: () => 30_000 },
    ctx,
  )
  return { ...view, incident: { ...incident, phase: 'diagnosing', deadlines: {}, diagnoses: 0 } }
}

import type { CallContext, Change, Incident, Phase, Store } from '@mendkit/core'

/** What became of one diagnosis: the incident as a step left it, with everything that was written since the diagnosis began. */
export interface Ending {
  readonly incident: Incident
  readonly changes: readonly Change[]
}

/** The phases in which an incident waits for a person: whatever was proposed, nothing is done. */
const waiting: readonly Phase[] = ['handed-over', 'suggested', 'awaiting-approval', 'escalated']

/** Who is told of how diagnoses end. */
export interface Endings {
  /** The incident waits for a person. Answers whether it is to be diagnosed anew. */
  readonly waits: (ending: Ending) => boolean
  /** Something was done, and is now being verified. */
  readonly acted: () => void
}

/**
 * A store that plays the impatient person: as soon as an incident waits for one, it is sent back to be diagnosed anew, by one
 * more commit, and so forth until `waits` answers false. Everything else is the store's own doing.
 */
export function rewindingStore(inner: Store, { waits, acted }: Endings): Store {
  let changes: Change[] = []

  async function again(incidentId: string, tenant: string, ctx: CallContext): Promise<void> {
    const now = await inner.get('incident', tenant, incidentId, ctx)
    if (now === undefined) throw new Error(`incident ${incidentId} is gone`)
    const { reason: _, diagnosisId: __, planId: ___, approvalId: ____, lastDiagnosedAt: _____, ...incident } = now
    const row: Incident = {
      ...incident,
      phase: 'diagnosing',
      deadlines: {},
      diagnoses: 0,
      voids: {},
      rejectedPlans: [],
    }
    const put = [
      { kind: 'document', table: 'incident', row },
      { kind: 'raise', incidentId },
    ] as const
    const answer = await inner.commit({ tenant, expect: [], put, audit: [] }, ctx)
    if (answer.kind === 'conflict') throw new Error(`incident ${incidentId} could not be sent back: ${answer.because}`)
  }

  return {
    ...inner,
    async commit(change, ctx) {
      const answer = await inner.commit(change, ctx)
      if (answer.kind === 'conflict') return answer
      const incident = incidentIn(change)
      if (incident === undefined) return answer
      changes.push(change)
      if (incident.phase === 'verifying') acted()
      if (!waiting.includes(incident.phase)) return answer
      const ending = { incident, changes }
      changes = []
      if (waits(ending)) await again(incident.id, incident.tenant, ctx)
      return answer
    },
  }
}

/** The incident that a change writes. */
function incidentIn(change: Change): Incident | undefined {
  for (const put of change.put) if (put.kind === 'document' && put.table === 'incident') return put.row
  return undefined
}

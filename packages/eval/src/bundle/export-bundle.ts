import {
  type Alert,
  type CallContext,
  type Evidence,
  type Mendkit,
  MendkitError,
  message,
  type Store,
} from '@mendkit/core'
import { type Bundle, bundleSchema } from './bundle.ts'
import { traceHash, traceOf } from './trace.ts'

const PAGE = 1_000

/** Where an incident is read. */
export interface BundleSource {
  readonly mendkit: Mendkit
  readonly store: Store
  readonly tenant: string
  readonly context: CallContext
}

/**
 * An incident as one document: its alerts, the evidence, model turns and decisions of its newest diagnosis, and the recorded
 * changes of the hours before. Texts are as they are stored, redacted; what was erased is left out. Throws `not-found` for an incident
 * that is not there or has no diagnosis.
 */
export async function exportBundle(
  { mendkit, store, tenant, context }: BundleSource,
  incidentId: string,
): Promise<Bundle> {
  // First, as whoever only reads has a store that is not open before the engine is asked.
  const turns = await mendkit.incidents.turns(incidentId)
  const incident = await store.get('incident', tenant, incidentId, context)
  const diagnosis = incident?.diagnosisId && (await store.get('diagnosis', tenant, incident.diagnosisId, context))
  if (!incident || !diagnosis) {
    throw new MendkitError(
      'not-found',
      message`incident ${incidentId} of tenant ${tenant} has no diagnosis to be exported`,
    )
  }
  const members = await store.members({ tenant, incidentId, limit: PAGE }, context)
  const evidence = await store.list('evidence', { tenant, incidentId, limit: PAGE }, context)
  const changes = await store.list('change', { tenant, limit: PAGE }, context)
  const trace = traceOf(diagnosis)
  const { id, title, cluster, openedAt } = incident
  return bundleSchema.parse({
    bundle: 1,
    incident: { id, title, cluster, openedAt },
    alerts: members.map(({ alert }) => alertOf(alert)),
    changes: changes.map(({ kind, at, resource, labels }) => ({
      kind,
      at,
      ...(resource && { resource }),
      ...(labels && { labels }),
    })),
    evidence: await readingsOf(newest(evidence), { store, tenant, context }),
    turns: turns.filter(({ diagnosisId }) => diagnosisId === diagnosis.id),
    decided: trace,
    hash: traceHash(trace),
  })
}

function alertOf({ labels, annotations, status, startsAt, resource, topmost }: Alert) {
  // An episode that has ended since was firing when it was diagnosed.
  const was = status === 'suppressed' ? status : 'firing'
  return { labels, annotations, status: was, startsAt, ...(resource && { resource }), ...(topmost && { topmost }) }
}

/** Of readings that asked the same, the newest, in the order in which they were read first. */
function newest(all: readonly Evidence[]): readonly Evidence[] {
  const byQuestion = new Map<string, Evidence>()
  for (const each of all) byQuestion.set(JSON.stringify([each.tool, each.input]), each)
  return [...byQuestion.values()]
}

async function readingsOf(all: readonly Evidence[], { store, tenant, context }: Omit<BundleSource, 'mendkit'>) {
  const digests = all.flatMap(({ text }) => text ?? [])
  const blobs = digests.length === 0 ? [] : await store.blobs(tenant, digests, context)
  const texts = new Map(blobs.map(({ digest, text }) => [digest, text]))
  return all.map(({ tool, input, resource, facts, text }) => {
    const words = text === undefined ? undefined : texts.get(text)
    return { tool, input, ...(resource && { resource }), facts, ...(words !== undefined && { text: words }) }
  })
}

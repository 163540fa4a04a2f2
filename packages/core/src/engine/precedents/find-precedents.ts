import type { Diagnosis } from '../../model/diagnosis.ts'
import type { CitableFact } from '../../model/evidence.ts'
import type { Execution } from '../../model/execution.ts'
import type { Incident } from '../../model/incident.ts'
import type { Precedent } from '../../model/precedent.ts'
import { resourceKey } from '../../model/resource.ts'
import type { CallContext } from '../../ports/context.ts'
import { digestOf } from '../digest.ts'
import type { Parts } from '../parts.ts'
import { precedentFact } from './signature.ts'

/** Executions that are looked back at: the newest of a tenant. */
const mostLookedAt = 200
const endings = ['succeeded', 'failed', 'undone', 'escalated'] as const

/**
 * What helped with earlier incidents of this signature, most often first, read from what was really executed and verified: nothing is
 * stored for it, so that there is nothing to poison beside the journal itself. One whose last execution did not help is left out.
 */
export async function findPrecedents(
  parts: Pick<Parts, 'store'>,
  { tenant, id }: Pick<Incident, 'tenant' | 'id'>,
  signature: string,
  ctx: CallContext,
): Promise<readonly Precedent[]> {
  const query = { tenant, states: endings, descending: true, limit: mostLookedAt } as const
  const ended = await parts.store.list('execution', query, ctx)
  const found = new Map<string, Precedent | 'retired'>()
  for (const execution of ended) {
    if (execution.undoes !== undefined || execution.incidentId === id) continue
    const precedent = await caseOf(parts, execution, signature, ctx)
    if (precedent === undefined) continue
    const key = digestOf(precedent)
    const known = found.get(key)
    const isGood = execution.state === 'succeeded'
    // Newest first: what did not help the last time is none, however often it had before.
    if (known === undefined)
      found.set(key, isGood ? { ...precedent, successes: 1, failures: 0, lastAt: lastOf(execution) } : 'retired')
    else if (known !== 'retired') {
      const counted = isGood ? { successes: known.successes + 1 } : { failures: known.failures + 1 }
      found.set(key, { ...known, ...counted })
    }
  }
  const alive = [...found.values()].filter((each) => each !== 'retired')
  return alive.sort((one, other) => other.successes - one.successes)
}

function lastOf({ observedAt, intentAt }: Execution): number {
  return observedAt ?? intentAt
}

/** What an execution was done for and to, without names; undefined when it was of another signature, or cannot be said without. */
async function caseOf(
  { store }: Pick<Parts, 'store'>,
  execution: Execution,
  signature: string,
  ctx: CallContext,
): Promise<Omit<Precedent, 'successes' | 'failures' | 'lastAt'> | undefined> {
  const { tenant, planId } = execution
  const plan = await store.get('plan', tenant, planId, ctx)
  const diagnosis = plan && (await store.get('diagnosis', tenant, plan.diagnosisId, ctx))
  if (plan === undefined || diagnosis?.signature !== signature) return undefined
  const [proposal, ...others] = diagnosis.actions
  const [hypothesis] = diagnosis.hypotheses
  if (proposal === undefined || others.length > 0 || hypothesis === undefined) return undefined
  if (proposal.type !== execution.type || digestOf(proposal.params) !== digestOf(execution.params)) return undefined
  const facts = await citedFacts(store, diagnosis, proposal.citations, ctx)
  const target = targetOf(execution, await store.get('incident', tenant, execution.incidentId, ctx), facts)
  if (facts.length === 0 || target === undefined || namesObjects(execution, facts)) return undefined
  const { type, params } = proposal
  return { cause: hypothesis.cause, action: { type, params, target }, facts: facts.map(precedentFact) }
}

async function citedFacts(
  store: Parts['store'],
  { tenant }: Diagnosis,
  citations: Diagnosis['actions'][number]['citations'],
  ctx: CallContext,
): Promise<readonly Omit<CitableFact, 'citation' | 'tool'>[]> {
  const facts = []
  for (const { evidenceId, fact } of citations) {
    const evidence = await store.get('evidence', tenant, evidenceId, ctx)
    const cited = fact === undefined ? undefined : evidence?.facts[fact]
    if (cited !== undefined) facts.push(cited)
  }
  return facts
}

function targetOf(
  { target }: Execution,
  incident: Incident | undefined,
  facts: Awaited<ReturnType<typeof citedFacts>>,
): Precedent['action']['target'] | undefined {
  const key = resourceKey(target)
  if (incident?.resource !== undefined && resourceKey(incident.resource) === key) return { of: 'incident' }
  const fact = facts.find(({ resource }) => resource !== undefined && resourceKey(resource) === key)
  return fact && { of: 'fact', name: fact.name }
}

/** Whether parameters name an object: what was right for that one says nothing of another. */
function namesObjects({ params, target }: Execution, facts: Awaited<ReturnType<typeof citedFacts>>): boolean {
  const resources = [target, ...facts.flatMap(({ resource }) => resource ?? [])]
  const names = new Set(resources.flatMap(({ name, namespace, uid }) => [name, namespace, uid]))
  return textsOf(params).some((text) => names.has(text))
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

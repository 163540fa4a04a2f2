import { type CitableFact, type Resource, type RuleView, resourceKey } from '@mendkit/core'
import { keepsRevisions } from './kinds.ts'

/** A failure that begins within this time after a rollout is taken to have begun with it. */
const WINDOW_MS = 30 * 60_000
/** The alert can be older than the rollout that it seems to follow by as much as two clocks differ. */
const SKEW_MS = 60_000

/** What is known about one object. */
export interface Subject {
  readonly resource: Resource
  readonly facts: readonly CitableFact[]
  /** The latest of this name. */
  readonly fact: (name: string) => CitableFact | undefined
}

/** What is known about one workload. */
export interface Picture extends Subject {
  /** A count; 0 when nothing was counted. */
  readonly count: (name: string) => number
  /** Whether the newest rollout began shortly before the incident. */
  readonly rolledOutRecently: boolean
  /**
   * Whether all pods of the newest revision have been available at one time. True where there are no revisions,
   * `undefined` where nobody could read it: a rule that rests on it stays silent then.
   */
  readonly rolloutComplete: boolean | undefined
  /** UID of the revision to return to, which is before the newest one: a ReplicaSet or ControllerRevision. */
  readonly previousRevision: CitableFact | undefined
  /** Whether the newest rollout is a rollback of ours. */
  readonly rolloutIsOurs: boolean
}

/** One picture for each workload whose pods were looked at, in the order in which they were read. */
export function picturesOf(view: RuleView): readonly Picture[] {
  const found = new Map<string, Resource>()
  for (const { name, resource } of view.facts) {
    if (resource !== undefined && /^pods\.(current|old)\./.test(name)) found.set(resourceKey(resource), resource)
  }
  return [...found.values()].map((resource) => pictureOf(view, resource))
}

/** The objects about which there is a fact of this name, in the order in which they were read. */
export function subjectsWith(facts: readonly CitableFact[], name: string): readonly Subject[] {
  const found = facts.flatMap((fact) => (fact.name === name && fact.resource !== undefined ? [fact.resource] : []))
  const distinct = new Map(found.map((resource) => [resourceKey(resource), resource]))
  return [...distinct.values()].map((resource) => subjectOf(facts, resource))
}

function subjectOf(all: readonly CitableFact[], resource: Resource): Subject {
  const key = resourceKey(resource)
  const facts = all.filter((fact) => fact.resource !== undefined && resourceKey(fact.resource) === key)
  return { resource, facts, fact: (name) => facts.findLast((each) => each.name === name) }
}

function pictureOf(view: RuleView, resource: Resource): Picture {
  const subject = subjectOf(view.facts, resource)
  const { fact } = subject
  const startedAt = Date.parse(String(fact('rollout.started-at')?.value))
  const age = view.incident.openedAt - startedAt
  return {
    ...subject,
    count: (name) => Number(fact(name)?.value ?? 0),
    rolledOutRecently: age >= -SKEW_MS && age <= WINDOW_MS,
    rolloutComplete: rolloutCompleteOf(subject),
    previousRevision: fact('rollout.previous-replica-set') ?? fact('rollout.previous-controller-revision'),
    rolloutIsOurs: fact('rollout.by-mendkit')?.value === true,
  }
}

function rolloutCompleteOf({ resource, fact }: Subject): boolean | undefined {
  const read = fact('rollout.complete')?.value
  if (typeof read === 'boolean') return read
  // The rollouts of a ReplicaSet are those of the Deployment that controls it.
  if (resource.kind === 'ReplicaSet') return fact('owners.controlled')?.value === false ? true : undefined
  return keepsRevisions(resource.kind) ? undefined : true
}

/** What was read of the pods of a workload, one by one: facts about them, and about what they wait for. */
export function factsOfPods({ facts }: RuleView, { facts: own }: Picture): readonly CitableFact[] {
  const readings = new Set(
    own.filter(({ name }) => /^pods\.(current|old)\./.test(name)).map((each) => each.citation.evidenceId),
  )
  return facts.filter(({ citation }) => readings.has(citation.evidenceId))
}

/** Facts that are there, in order. */
export function seen(...facts: readonly (CitableFact | undefined)[]): readonly CitableFact[] {
  return facts.filter((fact) => fact !== undefined)
}

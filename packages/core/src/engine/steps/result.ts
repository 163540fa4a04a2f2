import { MendkitError } from '../../errors.ts'
import type { DeadlineName, Incident, IncidentReason } from '../../model/incident.ts'
import { hasArrow, type Phase } from '../../model/phase.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { IncidentPatch, StepResult, StepView } from './view.ts'

/** What a change of phase may carry along. */
export interface Move extends StepResult {
  readonly reason?: IncidentReason
  readonly deadlines?: Incident['deadlines']
  /** What failed, in its own words: kept beside the entry, and so in the timeline. */
  readonly failure?: string | undefined
}

/**
 * Takes an arrow of the phase table. Deadlines of the old phase end; the incident is due at once unless the new phase
 * waits for a deadline. Throws `conflict` for an arrow that the table does not have: a programming error.
 */
export function moveTo(parts: Parts, view: Pick<StepView, 'incident' | 'now'>, to: Phase, move: Move = {}): StepResult {
  const { reason, failure, deadlines = {}, ...rest } = move
  const from = view.incident.phase
  if (!hasArrow(from, to)) {
    throw new MendkitError('conflict', `incident ${view.incident.id} cannot go from ${from} to ${to}`)
  }
  const words = failure === undefined ? undefined : blobOf(parts, view.incident.tenant, failure)
  const entry = draft(
    parts,
    'phase-changed',
    { kind: 'incident', id: view.incident.id },
    { from, to, ...(reason && { reason }) },
    words && { blobs: { failure: words.digest } },
  )
  const dueAt = rest.dueAt ?? (Object.keys(deadlines).length === 0 && !waits(to) ? 'now' : undefined)
  return {
    ...rest,
    next: {
      goodSince: undefined,
      blockedBy: undefined,
      escalation: undefined,
      ...rest.next,
      phase: to,
      phaseSince: view.now,
      deadlines,
      reason,
    },
    put: [...(rest.put ?? []), ...(words ? [blobPut(words)] : [])],
    audit: [...(rest.audit ?? []), entry],
    ...(dueAt !== undefined && { dueAt }),
  }
}

/**
 * Stays in the phase until a deadline, or until something raises the incident. Deadlines that have passed are done with:
 * the step that waits has looked at everything there was to do.
 */
export function waitFor(view: StepView, name: DeadlineName, at: number, more: StepResult = {}): StepResult {
  const ahead = Object.entries(view.incident.deadlines).filter(([, moment]) => moment > view.now)
  return { ...more, next: { ...more.next, deadlines: { ...Object.fromEntries(ahead), [name]: at } } }
}

/** Comes back a little later while the kill switch is on: a person turned it on, so there is no end to that. */
export function whilePaused(parts: Parts, view: StepView): StepResult {
  const poll = view.now + parts.settings.execution.readEveryMs
  return { next: { deadlines: { poll }, blockedBy: undefined } }
}

/**
 * Comes back a little later for what is out of reach now, until the deadline that the first such step set has passed, or
 * that of an effect that is blocked as well. Undefined then: it has lasted too long.
 */
export function untilInReach(parts: Parts, view: StepView): StepResult | undefined {
  const { readEveryMs, reachMs } = parts.settings.execution
  const { blocked, reach = view.now + reachMs } = view.incident.deadlines
  if (view.now >= Math.min(reach, blocked ?? reach)) return undefined
  const poll = view.now + readEveryMs
  return { next: { deadlines: { reach, poll, ...(blocked !== undefined && { blocked }) } } }
}

/** Joins two results of one step; where both say something, the second wins. */
export function joinResults(first: StepResult, second: StepResult): StepResult {
  const dueAt = second.dueAt ?? first.dueAt
  return {
    next: { ...first.next, ...second.next },
    put: [...(first.put ?? []), ...(second.put ?? [])],
    expect: [...(first.expect ?? []), ...(second.expect ?? [])],
    audit: [...(first.audit ?? []), ...(second.audit ?? [])],
    outcomes: [...(first.outcomes ?? []), ...(second.outcomes ?? [])],
    ...(dueAt !== undefined && { dueAt }),
  }
}

/** Applies a patch; a key that is `undefined` goes away. */
export function patched(incident: Incident, patch: IncidentPatch): Incident {
  const next = { ...incident }
  let key: keyof Incident
  for (key in patch) setOrRemove(next, key, patch[key])
  return next
}

type Changing<Row> = { -readonly [Key in keyof Row]: Row[Key] }

function setOrRemove<Key extends keyof Incident>(
  next: Partial<Changing<Incident>>,
  key: Key,
  value: Incident[Key] | undefined,
): void {
  if (value !== undefined) next[key] = value
  // Only what an incident may lack can be given as undefined.
  else delete next[key]
}

function waits(phase: Phase): boolean {
  return phase === 'suggested' || phase === 'handed-over' || phase === 'escalated' || phase === 'closed'
}

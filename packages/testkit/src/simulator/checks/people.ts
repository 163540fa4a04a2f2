import type { Change, Escalation, Incident, PageStep, Setting, Settings } from '@mendkit/core'
import type { SimulationCheck } from '../check.ts'
import { isOn } from '../ledger.ts'

/** Whoever is needed is called: an incident that escalates pages in the same change, but for one that a person settled. */
export const escalationPages: SimulationCheck = {
  id: 'escalation-pages',
  onChange(_, { change }) {
    const escalated = change.audit.find((entry) => entry.type === 'phase-changed' && entry.data.to === 'escalated')
    if (escalated === undefined || change.audit.some(({ type }) => type === 'execution-settled')) return []
    const pages = change.audit.some((entry) => entry.type === 'notice-queued' && entry.data.urgency === 'page')
    return pages ? [] : [`${escalated.subject.id} escalated, and nobody was called`]
  },
}

/**
 * Pages of an escalation policy follow each other: no tier twice in a round, each with its time to answer, and none once
 * somebody has had the incident for a while.
 */
export const pagedInOrder: SimulationCheck = {
  id: 'paged-in-order',
  onChange({ ledger, settings, stepBegan, now }, { change }) {
    return change.audit.flatMap((entry) => {
      if (entry.type !== 'notice-queued' || entry.data.page === undefined) return []
      const { id } = entry.subject
      const before = pagingOf(ledger.incidents.get(id))
      const after = pagingOf(incidentIn(change, id))
      const least = Math.min(...leastTimes(settings))
      const isAgain = before?.step !== undefined && placeOf(before.step) >= placeOf(entry.data.page)
      const isHeld = before !== undefined && isHeldSince(ledger.settings.get(`holder:${id}`), stepBegan(id))
      return [
        ...(isAgain ? [`${id} pages a tier again`] : []),
        ...(before !== undefined && now() < before.dueAt ? [`${id} pages a tier before the last had its time`] : []),
        ...(after !== undefined && after.dueAt < stepBegan(id) + least ? [`${id} gives nobody time to answer`] : []),
        ...(isHeld ? [`${id} pages although somebody has it`] : []),
      ]
    })
  },
}

/** Nobody is said to have answered no page before the last tier of the last round was paged. */
export const pagedToTheEnd: SimulationCheck = {
  id: 'paged-to-the-end',
  onChange({ ledger }, { change }) {
    return change.audit.flatMap((entry) => {
      if (entry.type !== 'escalation-unanswered') return []
      const step = pagingOf(ledger.incidents.get(entry.subject.id))?.step
      if (step === undefined) return []
      const isLast = step.tier === step.tiers && step.round === step.rounds
      return isLast ? [] : [`${entry.subject.id} counts as unanswered before everybody was called`]
    })
  },
}

function pagingOf(incident: Incident | undefined): Extract<Escalation, { kind: 'paging' }> | undefined {
  if (incident?.phase !== 'escalated' || incident.escalation?.kind !== 'paging') return undefined
  return incident.escalation
}

function incidentIn({ put }: Change, id: string): Incident | undefined {
  return put.flatMap((each) =>
    each.kind === 'document' && each.table === 'incident' && each.row.id === id ? [each.row] : [],
  )[0]
}

function leastTimes({ escalation }: Settings): readonly number[] {
  return (escalation?.policies ?? []).flatMap(({ tiers }) => tiers.map(({ acknowledgeMs }) => acknowledgeMs))
}

/** Tiers within rounds, as one rising number. */
function placeOf({ round, tier }: PageStep): number {
  return round * 1_000 + tier
}

/** A holder's moment is older than its row: the store may have been slow to take it. */
const SLOW_STORE_MS = 60_000

function isHeldSince(holder: Setting | undefined, moment: number): boolean {
  const value = isOn(holder) ? holder?.value : undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const at = 'at' in value ? value['at'] : undefined
  return typeof at === 'number' && at < moment - SLOW_STORE_MS
}

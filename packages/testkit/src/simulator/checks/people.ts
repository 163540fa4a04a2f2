import type { SimulationCheck } from '../check.ts'

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

import type { PlantedBug } from './planted-bug.ts'

const escalation = 'packages/core/src/engine/escalation'

/** Mistakes in whom is called, and when. */
export const peopleBugs: readonly PlantedBug[] = [
  {
    name: 'tier-without-time',
    what: 'The next tier is paged, and the deadline does not move with the page.',
    file: `${escalation}/page-next.ts`,
    replace: 'dueAt: now + acknowledgeMs, step',
    with: 'dueAt: now, step',
  },
  {
    name: 'rounds-not-repeated',
    what: 'After the last tier of the first round nobody is called any more.',
    file: `${escalation}/tiers.ts`,
    replace: 'round < policy.rounds ?',
    with: 'round < 1 ?',
  },
  {
    name: 'handed-back-to-nobody',
    what: 'An escalated incident that is handed back calls nobody.',
    file: `${escalation}/follow-people.ts`,
    replace: "view.incident.phase === 'escalated' ? await pageAgain(parts, view) : undefined",
    with: 'undefined',
  },
]

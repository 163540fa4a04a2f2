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
  {
    name: 'proof-not-checked',
    what: 'An approval counts as proven whatever the host says of the proof.',
    file: 'packages/core/src/engine/decide/reauthenticate.ts',
    replace: 'if (answer === true) return undefined',
    with: 'if (answer !== undefined) return undefined',
  },
  {
    name: 'proof-not-demanded',
    what: 'Nobody is asked for the proof that an approval needs.',
    file: 'packages/core/src/engine/decide/reauthenticate.ts',
    replace: 'return approval.proofNeeded || plan?.proofNeeded === true || demandsProof(parts, plan?.actions ?? [])',
    with: 'return approval.id === plan?.id',
  },
]

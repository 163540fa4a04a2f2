import { auditBugs } from './bugs-audit.ts'
import { drainBugs } from './bugs-drain.ts'
import { journalBugs } from './bugs-journal.ts'
import { kubernetesBugs } from './bugs-kubernetes.ts'
import { peopleBugs } from './bugs-people.ts'
import { stepBugs } from './bugs-steps.ts'
import type { PlantedBug } from './planted-bug.ts'

/** All planted bugs. */
export const plantedBugs: readonly PlantedBug[] = [
  ...journalBugs,
  ...stepBugs,
  ...peopleBugs,
  ...kubernetesBugs,
  ...drainBugs,
  ...auditBugs,
]

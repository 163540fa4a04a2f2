import type { Action } from '@mendkit/core'
import type { CoveringBudget } from './disruption-budgets.ts'
import type { Scope } from './options.ts'
import { type PodRemoval, type PodView, podRemoval } from './pod-removal.ts'
import { POD } from './target.ts'

/**
 * Deletes one pod that a controller will replace, whatever disruption budgets say: they are asked by evictions only. Where
 * one has no headroom the risk is high and the difference names it; where nobody may ask, the risk is high too, with the
 * doubt `budget-unreadable`. Cannot be undone. Whose deletion it was nobody can tell, so it ends as `gone`.
 */
export function deletePod(scope: Scope): Action {
  return podRemoval(scope, {
    type: 'kubernetes.delete-pod',
    description: 'Deletes one pod, also past a disruption budget; its controller makes another.',
    risk: 'medium',
    undo: { irreversible: 'a pod that is gone does not come back, and what it held in memory is gone' },
    done: 'deleted',
    said: { reason: 'MendkitDeletePod', message: 'Deleted, so that its controller makes another' },
    view,
    remove,
  })
}

const remove: PodRemoval['remove'] = (client, pod, guard, options, context) =>
  client.delete({ ...POD, ...pod }, guard, options, context)

function view(budgets: readonly CoveringBudget[] | 'unreadable'): PodView {
  if (budgets === 'unreadable') return { risk: 'high', doubts: ['budget-unreadable'] }
  const past = budgets.filter(({ headroom = 0 }) => headroom < 1)
  return {
    risk: past.length > 0 ? 'high' : undefined,
    notes: budgets.map(describe),
    // Whoever approved a deletion within a budget has not approved one past it.
    reads: { pastBudgets: past.map(({ name }) => name).join(' ') },
  }
}

/** Without the number while there is room: it changes with every pod, and an approval is bound to the difference. */
function describe({ name, headroom = 0 }: CoveringBudget): string {
  return headroom < 1
    ? `past the disruption budget ${name}, whose headroom is ${headroom}`
    : `within the disruption budget ${name}`
}

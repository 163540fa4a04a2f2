import { type AutonomyLevel, type Change, type EarnedAutonomy, type Execution, redact } from '@mendkit/core'
import { earningPlace } from '@mendkit/core/internal'
import type { SimulationCheck } from '@mendkit/testkit'

const place = earningPlace(redact('rules/bad-rollout'), 'kubernetes.rollout-undo', {
  ...{ cluster: 'sim', namespace: 'shop' },
})
const row: EarnedAutonomy = { tenant: 'default', ...place, level: 'auto', outcomes: 0, successes: 0, revision: 0 }

/** A shop in which rolling a bad rollout back has earned auto in the past. */
export const earnedAuto: Change = {
  tenant: 'default',
  expect: [],
  put: [{ kind: 'document', table: 'earned', row }],
  audit: [],
}

const bad: readonly Execution['state'][] = ['failed', 'undone', 'escalated']

/**
 * What was earned is what effects may rest on: an intent has the level that stands when it becomes durable, and an execution
 * that ends badly takes a level away in the same change.
 */
export function earnedLevels(planKind: (planId: string) => string | undefined): SimulationCheck {
  let level: AutonomyLevel = row.level
  const ended = new Set<string>()
  return {
    id: 'earned-levels',
    onChange(_, { change }) {
      const complaints: string[] = []
      const before = level
      for (const put of change.put) {
        if (put.kind !== 'document') continue
        if (put.table === 'earned' && put.row.id === place.id) level = put.row.level
      }
      for (const put of change.put) {
        if (put.kind !== 'document' || put.table !== 'execution' || put.row.undoes !== undefined) continue
        const { id, state, planId, cause, type } = put.row
        const isPlace = cause === place.cause && type === place.type
        if (state === 'intent') {
          const kind = planKind(planId)
          const may = isPlace && (before === 'auto' || (before === 'approve' && kind === 'ask'))
          if (!may)
            complaints.push(`${id} was intended, its plan says ${kind}, and ${isPlace ? before : 'nothing'} was earned`)
        }
        if (!bad.includes(state) || ended.has(id) || !isPlace) continue
        ended.add(id)
        if (before !== 'suggest' && level === before)
          complaints.push(`${id} came out ${state}, and ${level} is still earned`)
      }
      return complaints
    },
  }
}

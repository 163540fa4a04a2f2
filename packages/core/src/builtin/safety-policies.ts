import type { Decision, PlannedAction } from '../model/plan.ts'
import { describeResource } from '../model/resource.ts'
import type { Policy } from '../ports/policy.ts'
import { oscillationStop } from './oscillation.ts'
import { namespaceOf, touchedBy } from './policies/scope.ts'

const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease']
/** Managers that applied something once and do not put it back. */
const oneShotManagers: readonly string[] = ['kubectl', 'helm']
/** Fewer independent kinds of observation than this do not carry an effect. */
const minObservations = 2

/**
 * The policies that always count, before those of the host, and that nobody can switch off. They only deny or ask:
 *
 * - `safety.refused`: denies what its own preview refused.
 * - `safety.system-namespaces`: denies what touches kube-system, kube-public or kube-node-lease.
 * - `safety.observations`: denies an action that no machine observation backs, and one that is irreversible or of high
 *   risk with fewer than two kinds of observation; asks for others with fewer than two.
 * - `safety.doubts`: asks when the preview raises a doubt, or when somebody keeps the object as it is. What `kubectl` or
 *   `helm` once applied does not come back by itself, and is left to the host's policies.
 * - `safety.irreversible`, `safety.unfenced`: ask for what cannot be undone, and for what cannot be fenced.
 * - `safety.oscillation`: denies to begin again what executions of ours did to a target and took back.
 */
export const safetyPolicies: readonly Policy[] = [
  perAction('safety.refused', ({ refused, alreadySo }) => {
    if (refused !== undefined) return deny(refused)
    return alreadySo ? deny('the object is already as it would make it') : undefined
  }),
  perAction('safety.system-namespaces', inSystemNamespace),
  perAction('safety.observations', tooFewObservations),
  perAction('safety.doubts', ({ doubts, managedBy }) => {
    const lasting = managedBy.filter((manager) => !oneShotManagers.includes(manager))
    const reasons = [...doubts, ...lasting.map((manager) => `managed by ${manager}`)]
    return reasons.length === 0 ? undefined : ask(reasons.join(', '))
  }),
  perAction('safety.irreversible', ({ reversible }) => (reversible ? undefined : ask('it cannot be undone'))),
  perAction('safety.unfenced', ({ fenceable }) =>
    fenceable ? undefined : ask('a lost reply could not be settled without a person'),
  ),
  oscillationStop,
]

/** A policy that looks at each action alone; the strictest answer is its answer for the plan. */
function perAction(id: string, judge: (action: PlannedAction) => Decision | undefined): Policy {
  return {
    spec: 1,
    id,
    decide({ plan }) {
      const answers = plan.actions.flatMap((action) => {
        const answer = judge(action)
        return answer === undefined ? [] : [{ ...answer, because: `${action.type}: ${answer.because ?? ''}` }]
      })
      return answers.find((answer) => answer.kind === 'deny') ?? answers[0] ?? { kind: 'abstain' }
    },
  }
}

function inSystemNamespace(action: PlannedAction): Decision | undefined {
  const touched = touchedBy(action).find((resource) => systemNamespaces.includes(namespaceOf(resource) ?? ''))
  return touched && deny(`${describeResource(touched)} is in a system namespace`)
}

function tooFewObservations({ observations, reversible, risk }: PlannedAction): Decision | undefined {
  if (observations >= minObservations) return undefined
  if (observations === 0) return deny('no machine observation backs it')
  const because = `it rests on ${observations} kind of observation, and ${minObservations} are needed`
  return reversible && risk !== 'high' ? ask(because) : deny(because)
}

function deny(because: string): Decision {
  return { kind: 'deny', because }
}

function ask(because: string): Decision {
  return { kind: 'ask', because }
}

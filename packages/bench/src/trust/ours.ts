import { createMendkit, type PlannedAction, type Policy, type PolicyInput, policiesFrom } from '@mendkit/core'
import { compose, decideByPolicies, policyInput } from '@mendkit/core/internal'
import { policyInput as anyInput, callContext, plannedAction, simulatedStore } from '@mendkit/testkit'
import { action, allowed, type MakeJudge } from './case.ts'

/** A document holds no more. */
const mostInDocument = 1_000

/**
 * Ours: policies as data, asked by the function that the engine decides with, its record included: the voice of each that was
 * asked, and the number of those that do not apply. The plan lies ready, as the facts of the others do.
 */
export const ours: MakeJudge = async (teams) => {
  const policies: Policy[] = []
  for (let from = 0; from < teams.length; from += mostInDocument) {
    const some = teams.slice(from, from + mostInDocument)
    const entries = some.map((team) => ({ kind: 'allow-action', type: action, selector: `team=${team}` }))
    policies.push(...policiesFrom({ version: 1, policies: entries }))
  }
  // Refuses what a host would be refused.
  await createMendkit({ policies }).close()
  const parts = compose({ policies }, simulatedStore(), () => undefined)
  const ctx = callContext()
  const given = anyInput()
  const asked = { always: [], host: parts.policies }
  return {
    about({ team }) {
      const plan = planFor(team)
      return async () => {
        const { incident, autonomy, confidence, executions, incidents, now } = given
        const input = policyInput(parts, { plan, incident, autonomy, confidence, executions, incidents, now })
        const { kind, voices, unasked } = await decideByPolicies(parts, asked, { always: input, host: input }, ctx)
        if (voices.length + unasked !== teams.length) throw new Error('a policy is missing in the record')
        const reasons = voices.flatMap((voice) => (voice.kind === 'allow' ? voice.because : []))
        return allowed(kind === 'allow', reasons)
      }
    },
  }
}

/** A plan to scale a workload of a team. */
function planFor(team: string): PolicyInput['plan'] {
  const plain = plannedAction()
  const scale: PlannedAction = { ...plain, type: action, target: { ...plain.target, labels: { team } } }
  return { actions: [scale] }
}

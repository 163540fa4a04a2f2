import { combineDecisions, createMendkit, type PlannedAction, type Policy, policiesFrom } from '@mendkit/core'
import { compose, hearPolicies } from '@mendkit/core/internal'
import { callContext, plannedAction, policyInput, simulatedStore } from '@mendkit/testkit'
import { action, allowed, type MakeJudge } from './case.ts'

/** A document holds no more. */
const mostInDocument = 1_000

/** Ours: policies as data, heard and combined as a step does it. Every policy's voice is kept, abstentions too. */
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
  const plain = plannedAction()
  return {
    async decide({ team, action: type }) {
      const asked: PlannedAction = { ...plain, type, target: { ...plain.target, labels: { team } } }
      const voices = await hearPolicies(parts, policies, policyInput({ plan: { actions: [asked] } }), ctx)
      const decision = combineDecisions(voices)
      const reasons = decision.voices.filter(({ kind }) => kind === 'allow').map(({ because }) => because)
      return allowed(decision.kind === 'allow', reasons)
    },
  }
}

import {
  preparsePolicySet,
  type StatefulAuthorizationCall,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs'
import { action, allowed, type MakeJudge } from './case.ts'

/** Cedar, with its policies parsed beforehand and the ids of those that determined the answer as its reasons. */
export const cedar: MakeJudge = async (teams) => {
  const id = `rules-${teams.length}`
  const policies = teams.map(
    (team, index) =>
      `@id("rule-${index}") permit (principal, action == Action::"${action}", resource) when { resource.team == "${team}" };`,
  )
  const parsed = preparsePolicySet(id, { staticPolicies: policies.join('\n') })
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join(', '))
  const resource = { type: 'Workload', id: 'checkout' }
  return {
    about(question) {
      const call: StatefulAuthorizationCall = {
        principal: { type: 'Engine', id: 'mendkit' },
        action: { type: 'Action', id: question.action },
        resource,
        context: {},
        preparsedPolicySetId: id,
        entities: [{ uid: resource, attrs: { team: question.team }, parents: [] }],
      }
      return async () => {
        const answer = statefulIsAuthorized(call)
        if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join(', '))
        return allowed(answer.response.decision === 'allow', answer.response.diagnostics.reason)
      }
    },
  }
}

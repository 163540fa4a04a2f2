import { newEnforcer, newModelFromString } from 'casbin'
import { action, allowed, type MakeJudge } from './case.ts'

const model = `
[request_definition]
r = team, act
[policy_definition]
p = team, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.team == p.team && r.act == p.act
`

/** Casbin, with the rule that matched as its reason. */
export const casbin: MakeJudge = async (teams) => {
  const enforcer = await newEnforcer(newModelFromString(model))
  await enforcer.addPolicies(teams.map((team) => [team, action]))
  return {
    about: (question) => async () => {
      const [isAllowed, reason] = await enforcer.enforceEx(question.team, question.action)
      return allowed(isAllowed, reason)
    },
  }
}

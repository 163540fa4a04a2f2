import { definePolicy, type Policy } from '@mendkit/core'

/** Whoever owns a flag is asked before it is touched. */
export function askTeam(team: string): Policy {
  return definePolicy({
    id: `ask-${team}`,
    decide: ({ plan }) =>
      plan.actions.some(({ target }) => target.labels['team'] === team)
        ? { kind: 'ask', because: `${team} wants to know`, approvers: [`${team}-oncall`] }
        : { kind: 'abstain' },
  })
}

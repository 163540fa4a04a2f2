import { Engine } from 'json-rules-engine'
import { action, allowed, type MakeJudge } from './case.ts'

/** json-rules-engine, with the names of the rules that held as its reasons. */
export const jsonRules: MakeJudge = async (teams) => {
  const engine = new Engine(
    teams.map((team) => ({
      name: `scale for ${team}`,
      conditions: {
        all: [
          { fact: 'action', operator: 'equal', value: action },
          { fact: 'team', operator: 'equal', value: team },
        ],
      },
      event: { type: 'allow' },
    })),
  )
  return {
    about: (question) => async () => {
      const { results } = await engine.run({ ...question })
      return allowed(
        results.some(({ event }) => event?.type === 'allow'),
        results.map(({ name }) => String(name)),
      )
    },
  }
}

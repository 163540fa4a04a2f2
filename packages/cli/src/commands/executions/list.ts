import { describeResource, type Execution, executionStates as states, unfinishedExecutionStates } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { chosen, moreLine, pageOf, pageOptions } from '../../run/page-options.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { listing, type Screen } from '../../terminal/screen.ts'
import { duration } from '../../terminal/time.ts'
import { existingIncident } from '../incidents/existing-incident.ts'

/** `mendkit executions list` */
export const listExecutions: Command = {
  name: 'executions list',
  summary: 'What was done, oldest first.',
  options: {
    state: { type: 'string', multiple: true, value: 'state', says: `only in these states: ${states.join(', ')}` },
    unfinished: { type: 'boolean', says: 'only those that hold their locks' },
    incident: { type: 'string', value: 'id', says: 'only those of one incident' },
    ...pageOptions,
    ...storeOptions,
  },
  examples: ['mendkit executions list --unfinished', 'mendkit executions list --incident inc_019c2f6e8a4d --json'],
  run(call) {
    const { args } = call
    const given = [...chosen(args, 'state', states), ...(args.flag('unfinished') ? unfinishedExecutionStates : [])]
    const [page, incidentId] = [pageOf(args), args.text('incident')]
    return reading(call, async ({ mendkit, by }) => {
      if (incidentId !== undefined) await existingIncident(mendkit, incidentId, by)
      const found = await mendkit.executions.list({
        ...page,
        ...(given.length === 0 ? {} : { states: given }),
        ...(incidentId === undefined ? {} : { incidentId }),
      })
      return {
        json: found,
        text: (screen) => `${listText(found, screen)}${moreLine('executions list', call.args, found, page.limit)}`,
      }
    })
  },
}

function listText(executions: readonly Execution[], screen: Screen): string {
  if (executions.length === 0) return 'No executions.'
  const rows = executions.map(({ id, state, intentAt, type, target, incidentId, undoes }) => ({
    cells: [id, state, duration(screen.now - intentAt)],
    below: `${type} on ${describeResource(target)}${undoes === undefined ? '' : `, undoing ${undoes}`}, for ${incidentId}`,
  }))
  return listing(['EXECUTION', 'STATE', 'AGE'], rows, screen)
}

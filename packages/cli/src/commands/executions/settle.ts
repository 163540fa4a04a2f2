import type { Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { done } from '../done.ts'

/** `mendkit executions settle` */
export const settleExecution: Command = {
  name: 'executions settle',
  summary: 'A person says what became of an execution that holds its locks because nobody could tell.',
  takes: ['execution'],
  options: {
    outcome: { type: 'string', value: 'word', says: 'applied, or not-applied' },
    because: { type: 'string', value: 'text', says: 'how you know; kept in the log, redacted' },
    ...actingOptions,
  },
  examples: ["mendkit executions settle exe_019c2f6e8a4d --outcome applied --because 'seen with kubectl' --as alice"],
  run(call) {
    const { args } = call
    const outcome = args.required('outcome', 'say applied or not-applied')
    if (outcome !== 'applied' && outcome !== 'not-applied') {
      throw new UsageError(`--outcome must be applied or not-applied, not ${outcome}`)
    }
    const because = args.required('because', 'say how you know')
    const id = args.positional(0)
    return acting(call, async ({ mendkit, by }) => {
      await mendkit.executions.settle(id, { outcome, because })
      return done('executions settle', { execution: id, outcome }, by, 'The next step of its incident takes it up.')
    })
  },
}

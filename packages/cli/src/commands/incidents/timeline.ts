import type { Command } from '../../run/command.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { shownLines } from '../../terminal/safe-text.ts'

/** `mendkit incidents timeline` */
export const incidentTimeline: Command = {
  name: 'incidents timeline',
  summary: 'One incident told from the beginning, as Markdown: the draft of a postmortem. With --json as data.',
  takes: ['incident'],
  options: storeOptions,
  examples: ['mendkit incidents timeline inc_019c2f6e8a4d > postmortem.md'],
  run: (call) =>
    reading(call, async ({ mendkit }) => {
      const id = call.args.positional(0)
      if (call.args.flag('json')) {
        const json = await mendkit.incidents.timeline(id)
        return { json, text: () => '' }
      }
      const markdown = await mendkit.incidents.timeline(id, { format: 'markdown' })
      return { json: undefined, text: () => shownLines(markdown) }
    }),
}

import type { Call, Command } from '../../run/command.ts'
import { durationMs } from '../../run/duration.ts'
import { momentAhead } from '../../run/moment.ts'
import { UsageError } from '../../run/usage-error.ts'
import { momentWithAge } from '../../terminal/time.ts'
import { becauseOf, becauseOption, incidentCommand } from './incident-command.ts'

/** `mendkit incidents take-over` */
export const takeOver: Command = incidentCommand({
  word: 'take-over',
  summary: 'Makes an incident yours: no analysis, effect or undo begins any more, and open approvals become void.',
  says: 'It is yours until `mendkit incidents hand-back`.',
  act: () => (incidents, id) => incidents.takeOver(id),
})

/** `mendkit incidents acknowledge` */
export const acknowledge: Command = incidentCommand({
  word: 'acknowledge',
  summary: 'Says that you heard the page: the incident is yours, nobody else is paged, and those who were learn of it.',
  says: 'It is yours until `mendkit incidents hand-back`, and nobody is paged about it.',
  act:
    ({ io }) =>
    async (incidents, id) => {
      const { by, at, already } = await incidents.acknowledge(id)
      if (!already) return undefined
      const since = momentWithAge(Date.parse(at), io.now())
      return {
        since: at,
        says: `incidents acknowledge, incident ${id}: already acknowledged by ${by}, ${since}; nothing was recorded.`,
      }
    },
})

/** `mendkit incidents snooze` */
export const snooze: Command = incidentCommand({
  word: 'snooze',
  summary:
    'Acknowledges an incident for a while, a week at most: then it is given back, and paged again where it is still escalated.',
  options: {
    for: { type: 'string', value: 'time', says: 'how long, such as 45s, 30m or 2h' },
    until: { type: 'string', value: 'moment', says: 'until when instead, such as 2026-12-20T18:00:00Z' },
    ...becauseOption,
  },
  example: "--for 30m --because 'on my way'",
  says: 'It is yours until then, and nobody is paged about it.',
  act: (call) => {
    const given = { ...whileOf(call), ...becauseOf(call) }
    return (incidents, id) => incidents.snooze(id, given)
  },
})

/** `mendkit incidents reassign` */
export const reassign: Command = incidentCommand({
  word: 'reassign',
  summary: 'Gives an incident to somebody else, who is told who did that. Nobody is paged meanwhile.',
  options: { to: { type: 'string', value: 'id', says: 'who has it from now on' }, ...becauseOption },
  example: "--to bob --because 'he knows the database'",
  says: 'It is theirs from now on.',
  act: (call) => {
    const to = call.args.required('to', 'who has the incident from now on')
    const given = { to, ...becauseOf(call) }
    return (incidents, id) => incidents.reassign(id, given)
  },
})

/** `mendkit incidents hand-back` */
export const handBack: Command = incidentCommand({
  word: 'hand-back',
  summary:
    'Lets Mendkit go on with an incident where it stands. Where it is still escalated, the first tier is paged again.',
  says: 'Mendkit goes on where it stands.',
  act: () => (incidents, id) => incidents.handBack(id),
})

/** What the engine takes as a while. */
const longestMs = 604_800_000
const tooLong = 'longer than a week, which is the longest; take it over instead'

function whileOf({ args, io }: Call): { readonly ms: number } | { readonly until: string } {
  const [time, until] = [args.text('for'), args.text('until')]
  if (time !== undefined && until !== undefined) throw new UsageError('give --for or --until, not both')
  if (until !== undefined) return { until: momentAhead('until', until, io.now(), { ms: longestMs, says: tooLong }) }
  if (time === undefined) throw new UsageError('--for is needed: how long nobody is paged, such as 30m; or --until')
  const ms = durationMs('--for', time)
  if (ms > longestMs) throw new UsageError(`--for: ${time} is ${tooLong}`)
  return { ms }
}

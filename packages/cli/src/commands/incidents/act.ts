import type { Incidents } from '@mendkit/core'
import type { Answer, Call, Command } from '../../run/command.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { done } from '../done.ts'

interface IncidentCommand {
  readonly word: string
  readonly summary: string
  readonly takes?: readonly string[]
  readonly options?: OptionSpecs
  /** What stands in the example beside the incident and who acts. */
  readonly example?: string
  readonly says: string
  readonly act: (incidents: Incidents, id: string, call: Call) => Promise<void>
}

function incidentCommand({
  word,
  summary,
  takes = [],
  options = {},
  example = '',
  says,
  act,
}: IncidentCommand): Command {
  const name = `incidents ${word}`
  const given = ['inc_019c2f6e8a4d', example, '--as alice'].filter(Boolean).join(' ')
  return {
    name,
    summary,
    takes: ['incident', ...takes],
    options: { ...options, ...actingOptions },
    examples: [`mendkit ${name} ${given}`],
    run: (call): Promise<Answer> =>
      acting(call, async ({ mendkit, by }) => {
        const id = call.args.positional(0)
        await act(mendkit.incidents, id, call)
        return done(name, { incident: id }, by, says)
      }),
  }
}

/** `mendkit incidents take-over` */
export const takeOver: Command = incidentCommand({
  word: 'take-over',
  summary: 'Makes an incident yours: no analysis, effect or undo begins any more, and open approvals become void.',
  says: 'It is yours until `mendkit incidents hand-back`.',
  act: (incidents, id) => incidents.takeOver(id),
})

/** `mendkit incidents hand-back` */
export const handBack: Command = incidentCommand({
  word: 'hand-back',
  summary: 'Lets Mendkit go on with an incident where it stands.',
  says: 'Mendkit goes on where it stands.',
  act: (incidents, id) => incidents.handBack(id),
})

/** `mendkit incidents note` */
export const noteIncident: Command = incidentCommand({
  word: 'note',
  summary: 'Keeps a remark about an incident in the audit log, redacted.',
  takes: ['text'],
  example: "'the database was restarted at 03:10'",
  says: 'The remark is in the log.',
  act: (incidents, id, { args }) => incidents.note(id, args.positional(1)),
})

/** `mendkit incidents diagnose` */
export const diagnoseIncident: Command = incidentCommand({
  word: 'diagnose',
  summary:
    'Asks for a new diagnosis of an incident that waits for a person. Who asks may not approve what comes of it.',
  says: 'The next step of the incident takes it up.',
  act: (incidents, id) => incidents.diagnose(id),
})

/** `mendkit incidents close` */
export const closeIncident: Command = incidentCommand({
  word: 'close',
  summary: 'Closes an incident for good. Refused, with an entry in the log, while an execution is in flight.',
  options: { because: { type: 'string', value: 'text', says: 'why; kept in the log, redacted' } },
  example: "--because 'fixed by hand'",
  says: 'The next step of the incident closes it.',
  act: (incidents, id, { args }) => {
    const because = args.text('because')
    return incidents.close(id, because === undefined ? {} : { because })
  },
})

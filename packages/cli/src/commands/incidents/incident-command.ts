import type { Incidents } from '@mendkit/core'
import type { Answer, Call, Command } from '../../run/command.ts'
import type { OptionSpecs } from '../../run/option-specs.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { shown } from '../../terminal/safe-text.ts'
import { done } from '../done.ts'

/** What was so before, so that nothing was recorded. */
export interface Standing {
  readonly since: string
  readonly says: string
}

/** What such commands differ in. */
interface IncidentCommand {
  readonly word: string
  readonly summary: string
  readonly takes?: readonly string[]
  readonly options?: OptionSpecs
  /** What stands in the example beside the incident and who acts. */
  readonly example?: string
  readonly says: string
  /** Reads the options at once, so that a wrong command line opens nothing. */
  readonly act: (call: Call) => (incidents: Incidents, id: string) => Promise<Standing | undefined> | Promise<void>
}

/** A command about one incident: it acts through the face, and answers once that is durable. */
export function incidentCommand({
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
    async run(call): Promise<Answer> {
      const carryOut = act(call)
      return acting(call, async ({ mendkit, by }) => {
        const id = call.args.positional(0)
        const standing = await carryOut(mendkit.incidents, id)
        if (typeof standing !== 'object') return done(name, { incident: id }, by, says)
        const { since } = standing
        return { json: { done: name, incident: id, by, already: { since } }, text: () => shown(standing.says) }
      })
    },
  }
}

/** Words of the person, for commands that keep them. */
export const becauseOption: OptionSpecs = {
  because: { type: 'string', value: 'text', says: 'why; kept in the log, redacted' },
}

/** What a person said, if anything. */
export function becauseOf({ args }: Call): { readonly because?: string } {
  const because = args.text('because')
  return because === undefined ? {} : { because }
}

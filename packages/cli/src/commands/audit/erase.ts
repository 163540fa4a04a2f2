import type { Erasure, ErasureSelector } from '@mendkit/core'
import type { Args } from '../../run/args.ts'
import type { Answer, Command } from '../../run/command.ts'
import { UsageError } from '../../run/usage-error.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { pairs } from '../../terminal/screen.ts'

/** `mendkit audit erase` */
export const auditErase: Command = {
  name: 'audit erase',
  summary:
    'Erases texts for good: those of one closed incident, those that a person gave, or those in which some words stand. The log stays as it is, and says which texts are gone. Takes the role privacy-officer.',
  options: {
    incident: { type: 'string', value: 'id', says: 'every text of this incident' },
    principal: { type: 'string', value: 'id', says: 'every text that this person gave' },
    mentions: { type: 'string', value: 'words', says: 'every text in which these words stand, in any case' },
    because: { type: 'string', value: 'text', says: 'who asked; kept in the log, redacted. Not whom it is about' },
    'dry-run': { type: 'boolean', says: 'only counts, and writes nothing' },
    ...actingOptions,
  },
  examples: [
    "mendkit audit erase --mentions 'zoe@example.com' --dry-run --as olga --role privacy-officer --because 'request 17'",
    "mendkit audit erase --incident inc_019c2f6e8a4d --as olga --role privacy-officer --because 'request 17'",
  ],
  run(call) {
    const { args } = call
    const selector = selectorOf(args)
    const because = args.required('because', "say who asked, such as --because 'request 17'")
    const dryRun = args.flag('dry-run')
    return acting(call, async ({ mendkit, by }) => {
      const erasure = await mendkit.audit.erase({ ...selector, because, dryRun })
      return answer(erasure, dryRun, { dryRun, ...selector, ...erasure, by })
    })
  },
}

function selectorOf(args: Args): ErasureSelector {
  const [incident, principal, mentions] = [args.text('incident'), args.text('principal'), args.text('mentions')]
  const given = [incident, principal, mentions].filter((one) => one !== undefined)
  if (given.length !== 1) throw new UsageError('give exactly one of --incident, --principal and --mentions')
  if (incident !== undefined) return { incident }
  if (principal !== undefined) return { principal }
  return { mentions: mentions ?? '' }
}

function answer({ texts, rows, notClosed, noticePending }: Erasure, dryRun: boolean, json: unknown): Answer {
  const waits = [
    ...(notClosed.length === 0 ? [] : [['Not closed', notClosed.join(', ')] as const]),
    ...(noticePending ? [['Waits', 'a notice with such a text is still to be delivered'] as const] : []),
  ]
  return {
    json,
    // An erasure that would be refused is a bad answer to a dry run.
    failed: waits.length > 0,
    text: (screen) =>
      pairs(
        [
          [dryRun ? 'Would erase' : 'Erased', `${texts} ${texts === 1 ? 'text' : 'texts'}`],
          ['And blank', `${rows} ${rows === 1 ? 'row' : 'rows'} with copies`],
          ...waits,
        ],
        screen,
      ),
  }
}

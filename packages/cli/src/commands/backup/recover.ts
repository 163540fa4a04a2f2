import { recoverDatabase } from '@mendkit/sql'
import type { Command } from '../../run/command.ts'
import { databaseOption, databaseSource, tablePlace } from '../../store/database.ts'
import { keyOption, signerOf } from './options.ts'

/** `mendkit recover` */
export const recover: Command = {
  name: 'recover',
  summary:
    'Accepts that a database is older than its anchors and lets it go on: every log begins a new origin, whose first entry tells where the old one ended, which anchor tells of more, who did this and why. The old origin signs nothing more.',
  options: {
    ...databaseOption,
    ...keyOption,
    as: { type: 'string', value: 'id', says: 'who accepts the loss; it is recorded, as given on the command line' },
    because: { type: 'string', value: 'text', says: 'why; it is recorded' },
  },
  examples: ['mendkit recover --db new.db --key log.key --as alice --because "Monday is the newest backup there is"'],
  async run(call) {
    const id = call.args.required('as', 'name who does this, such as --as alice')
    const because = call.args.required('because', 'say why the loss is accepted')
    const by = { id, via: 'cli' }
    const { epoch, tenants } = await recoverDatabase(databaseSource(call), {
      ...tablePlace(call),
      ...signerOf(call),
      by,
      because,
    })
    return {
      json: { done: 'recover', epoch, tenants, by },
      text: () =>
        `recover: recorded as ${id}. Every log goes on under origin ${epoch} (tenants: ${tenants.length}); anchor them anew.`,
    }
  },
}

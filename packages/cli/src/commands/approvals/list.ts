import { type ApprovalQuestion, describeResource, approvalStates as states } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { chosen, moreLine, pageOf, pageOptions } from '../../run/page-options.ts'
import { type PendingCommand, pendingAbout, pendingCommands } from '../../store/pending-commands.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { listing, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'

/** `mendkit approvals list` */
export const listApprovals: Command = {
  name: 'approvals list',
  summary: 'Questions that wait for people, oldest first.',
  options: {
    state: { type: 'string', multiple: true, value: 'state', says: `${states.join(', ')} [default: open]` },
    ...pageOptions,
    ...storeOptions,
  },
  examples: ['mendkit approvals list', 'mendkit approvals list --state used,rejected --json'],
  run(call) {
    const given = chosen(call.args, 'state', states)
    const page = pageOf(call.args)
    return reading(call, async ({ mendkit, store, by, ctx }) => {
      const questions = await mendkit.approvals.list({ states: given.length === 0 ? ['open'] : given, ...page })
      const pending = await pendingCommands(store, by.tenant, undefined, ctx)
      const found = questions.map((one) => ({ ...one, pendingCommands: pendingAbout(pending, one.id) }))
      return {
        json: found,
        text: (screen) => `${listText(found, screen)}${moreLine('approvals list', call.args, found, page.limit)}`,
      }
    })
  },
}

type Listed = ApprovalQuestion & { readonly pendingCommands: readonly PendingCommand[] }

function listText(approvals: readonly Listed[], screen: Screen): string {
  if (approvals.length === 0) return 'No approvals.'
  const rows = approvals.map(({ id, state, expiresAt, actions, proofNeeded, pendingCommands: pending }) => ({
    cells: [id, state, momentWithAge(expiresAt, screen.now)],
    below: [
      ...actions.map(({ type, target }) => `${type} on ${describeResource(target)}`),
      ...(proofNeeded ? ['needs proof of who approves'] : []),
      ...pending.map(({ kind, by }) => `${kind} by ${by} waits for a host`),
    ].join('; '),
  }))
  const shows = '\n\n`mendkit approvals show <approval>` shows what is asked.'
  return `${listing(['APPROVAL', 'STATE', 'EXPIRES'], rows, screen)}${shows}`
}

import { type ApprovalQuestion, type ApprovalState, describeResource } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { chosen, moreLine, pageOf, pageOptions } from '../../run/page-options.ts'
import { reading, storeOptions } from '../../store/session.ts'
import { listing, type Screen } from '../../terminal/screen.ts'
import { momentWithAge } from '../../terminal/time.ts'

const states = ['open', 'granted', 'rejected', 'void', 'expired', 'used'] as const satisfies readonly ApprovalState[]

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
    return reading(call, async ({ mendkit }) => {
      const found = await mendkit.approvals.list({ states: given.length === 0 ? ['open'] : given, ...page })
      return { json: found, text: (screen) => `${listText(found, screen)}${moreLine(found, page.limit)}` }
    })
  },
}

function listText(approvals: readonly ApprovalQuestion[], screen: Screen): string {
  if (approvals.length === 0) return 'No approvals.'
  const rows = approvals.map(({ id, state, expiresAt, actions, proofNeeded }) => ({
    cells: [id, state, momentWithAge(expiresAt, screen.now)],
    below: `${actions.map(({ type, target }) => `${type} on ${describeResource(target)}`).join('; ')}${proofNeeded ? '; needs proof of who approves' : ''}`,
  }))
  const shows = '\n\n`mendkit approvals show <approval>` shows what is asked.'
  return `${listing(['APPROVAL', 'STATE', 'EXPIRES'], rows, screen)}${shows}`
}

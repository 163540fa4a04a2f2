import { type ApprovalQuestion, MendkitError } from '@mendkit/core'
import type { Command } from '../../run/command.ts'
import { pendingAbout, pendingCommands } from '../../store/pending-commands.ts'
import { reading, type Session, storeOptions } from '../../store/session.ts'
import { approvalText } from './approval-text.ts'

/** `mendkit approvals show` */
export const showApproval: Command = {
  name: 'approvals show',
  summary: 'What one approval asks: each action, its difference, and the digest that whoever approves repeats.',
  takes: ['approval'],
  options: storeOptions,
  examples: ['mendkit approvals show apr_019c2f6e8a4d'],
  run: (call) =>
    reading(call, async (session) => {
      const { store, by, ctx } = session
      const question = await existing(session, call.args.positional(0))
      const all = await pendingCommands(store, by.tenant, question.incidentId, ctx)
      const pending = pendingAbout(all, question.id)
      return {
        json: { ...question, pendingCommands: pending },
        text: (screen) => approvalText(question, pending, screen),
      }
    }),
}

/** The approval of this id. Throws `not-found`. */
export async function existing({ mendkit, by }: Session, id: string): Promise<ApprovalQuestion> {
  const question = await mendkit.approvals.get(id)
  if (question !== undefined) return question
  const text = `there is no approval ${id} in tenant ${by.tenant}; \`mendkit approvals list\` shows those that there are`
  throw new MendkitError('not-found', text)
}

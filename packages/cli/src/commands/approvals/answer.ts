import type { Command } from '../../run/command.ts'
import { acting, actingOptions } from '../../store/session.ts'
import { done } from '../done.ts'
import { existing } from './show.ts'

/** `mendkit approvals approve` */
export const approveCommand: Command = {
  name: 'approvals approve',
  summary:
    'Lets exactly what the digest stands for happen, if it still can when the engine looks at the world again. The digest is the one that `mendkit approvals show` printed. An approval that needs proof of who approves, as a host can demand at high risk, cannot be approved here: `mendkit approvals show` says so, and where it can be.',
  takes: ['approval'],
  options: {
    digest: { type: 'string', value: 'digest', says: 'the digest that you were shown; it says what you saw' },
    because: { type: 'string', value: 'text', says: 'why; kept in the log, redacted' },
    ...actingOptions,
  },
  examples: ['mendkit approvals approve apr_019c2f6e8a4d --digest 5f0c… --as alice --role approver'],
  run(call) {
    const id = call.args.positional(0)
    const why = `\`mendkit approvals show ${id}\` prints what is asked, and the digest that stands for it`
    const digest = call.args.required('digest', why)
    return acting(call, async ({ mendkit, by }) => {
      const because = call.args.text('because')
      await mendkit.approvals.approve(id, { digest, ...(because === undefined ? {} : { because }) })
      return done(
        'approvals approve',
        { approval: id, digest },
        by,
        'Once all who must approve have, the host looks at the world again, and then acts.',
      )
    })
  },
}

/** `mendkit approvals reject` */
export const rejectCommand: Command = {
  name: 'approvals reject',
  summary: 'Hands the incident over to people; the same plan is not proposed again.',
  takes: ['approval'],
  options: {
    because: { type: 'string', value: 'text', says: 'why; kept in the log, redacted' },
    digest: { type: 'string', value: 'digest', says: 'refuse only what this stands for [default: what is asked now]' },
    ...actingOptions,
  },
  examples: ["mendkit approvals reject apr_019c2f6e8a4d --because 'we roll forward' --as alice --role approver"],
  run(call) {
    const id = call.args.positional(0)
    const because = call.args.required('because', 'say why, for whoever takes the incident over')
    return acting(call, async (session) => {
      const digest = call.args.text('digest') ?? (await existing(session, id)).digest
      await session.mendkit.approvals.reject(id, { digest, because })
      return done('approvals reject', { approval: id, digest }, session.by, 'The incident is handed over to people.')
    })
  },
}

import { type ApprovalQuestion, MendkitError, type Principal } from '@mendkit/core'
import type { DemoOptions } from '../options.ts'
import { type Answer, ask } from '../terminal/ask.ts'
import { tone } from '../terminal/text.ts'
import type { IncidentPlay } from './play.ts'

/** How the question ended. `unanswered`: there was nobody to ask. */
export type Decided = 'approved' | 'rejected' | 'unanswered'

/**
 * Puts the question to whoever watches, and hands the answer to the engine as a person's word. When something changed
 * while the question was open, the engine asks anew, and so does this.
 */
export async function decision(play: IncidentPlay, options: DemoOptions, interrupt: () => void): Promise<Decided> {
  for (;;) {
    const question = await openQuestion(play)
    const answer = await answerTo(play, options, interrupt)
    if (answer === 'gone') return 'unanswered'
    if (await isTaken(play, question, answer, options)) return answer === 'yes' ? 'approved' : 'rejected'
    await play.screen.tell('The world changed while that question was open, so it is asked anew.')
  }
}

async function openQuestion({ stage, timeline }: IncidentPlay): Promise<ApprovalQuestion> {
  const { feed, mendkit } = stage
  for (;;) {
    const asked = feed.all('approval-requested').length
    const open = (await mendkit.approvals.list()).find(({ incidentId }) => incidentId === timeline.incident.id)
    if (open !== undefined) return open
    await feed.until('the engine asks', () => feed.all('approval-requested')[asked])
  }
}

async function answerTo(
  { screen, stage }: IncidentPlay,
  { yes, json }: DemoOptions,
  interrupt: () => void,
): Promise<Answer> {
  if (yes || json) {
    await screen.pause(1_500)
    await screen.say(`${tone('strong', 'Roll back?')} Yes, said the command line.`)
    return 'yes'
  }
  if (process.stdin.isTTY !== true || !screen.isLive) return 'gone'
  return ask(`  ${tone('strong', 'Roll back?')} Enter approves, n rejects › `, stage.signal, interrupt)
}

/** Whether the answer counted. The digest says what was seen: an answer to something else is refused. */
async function isTaken(
  { stage }: IncidentPlay,
  { id, digest }: ApprovalQuestion,
  answer: 'yes' | 'no',
  { yes, json }: DemoOptions,
): Promise<boolean> {
  const { feed, mendkit } = stage
  const by: Principal = {
    id: 'you',
    roles: ['approver'],
    tenant: 'default',
    via: yes || json ? 'command-line' : 'terminal',
  }
  const voids = feed.all('approval-void').length + feed.all('plan-void').length
  try {
    if (answer === 'yes') await mendkit.approvals.approve(id, { by, digest })
    else await mendkit.approvals.reject(id, { by, digest, because: 'rejected at the terminal' })
  } catch (error) {
    if (MendkitError.is(error, 'conflict')) return false
    throw error
  }
  return feed.until('the engine takes the answer', () => {
    if (feed.all('approval-void').length + feed.all('plan-void').length > voids) return false
    const begun = feed.all('execution-intended').length + feed.all('approval-rejected').length > 0
    return begun || undefined
  })
}

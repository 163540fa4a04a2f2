import type { EventType, IncidentReason, Phase } from '@mendkit/core'
import { clean, tone } from '../terminal/text.ts'
import { board } from './board.ts'
import { entry, type IncidentPlay, seconds } from './play.ts'

/** Phases in which the engine has said its last word about an incident, for now. */
const settled: readonly Phase[] = ['resolved', 'escalated', 'handed-over', 'suggested', 'closed']

/** Shows the one effect, the recovery of the pods, and what the checks said about it. */
export async function repair({ stage, screen, timeline }: IncidentPlay): Promise<void> {
  const { feed, shop, pace } = stage
  const { id } = timeline.incident
  await screen.chapter('The fix')
  await step(
    'approval-granted',
    'approved by you; the approval is bound to this object, this difference and these policies',
  )
  await step('execution-intended', 'intent written to disk before anything is sent')
  await step('execution-observed', 'one conditional patch sent, and its effect seen in the cluster')
  await screen.say()

  const waiting = tone('quiet', `waiting until alerts and pods are well, and stay so for ${seconds(pace.soak)}`)
  const ending = feed.until('the fix is verified, or found not to help', () => endOf(stage, id))
  const end = await screen.live(() => [...board(stage, screen.width), '', waiting], ending)
  for (const line of board(stage, screen.width)) await screen.say(line)
  const left = [...new Set(stage.monitoring.firing().map(({ labels }) => clean(labels['alertname'] ?? '')))]
  if (left.length < 4) {
    const style = (line: string) => tone('quiet', line)
    await screen.tell(`still firing, with other causes: ${left.join(', ')}`, { prefix: ' '.repeat(9), style })
  }
  await screen.say()
  const verified = feed.all('execution-verified').findLast(({ subject }) => subject.id === id)
  for (const { check, verdict } of verified?.data.checks ?? []) {
    await screen.say(
      `${tone(verdict === 'good' ? 'good' : 'bad', verdict === 'good' ? '✓' : '✗')} ${check}: ${verdict}`,
    )
  }
  if (end.phase === 'resolved') {
    const held = `all of it held for ${seconds(pace.soak)}: ${tone('strong', 'recovered')} on ${shop.workload.goodImage}`
    await screen.say(`${tone('good', '✓')} ${held} ${tone('quiet', entry(verified?.seq))}`)
  } else {
    await screen.say(`${tone('bad', '✗')} ${end.phase}${end.reason === undefined ? '' : `: ${end.reason}`}`)
  }
  await screen.pause(1_500)

  async function step(type: EventType, what: string): Promise<void> {
    const event = await feed.until(what, () => feed.all(type).findLast(({ subject }) => subject.id === id))
    await screen.tell(`${what} ${entry(event.seq)}`, { prefix: `${tone('good', '✓')} ` })
  }
}

/** The last word about an incident, once there is one. */
export function endOf(
  { feed }: Pick<IncidentPlay['stage'], 'feed'>,
  id: string,
): { readonly phase: Phase; readonly reason?: IncidentReason } | undefined {
  const last = feed.all('phase-changed').findLast(({ subject }) => subject.id === id)
  if (last === undefined || !settled.includes(last.data.to)) return undefined
  const { to: phase, reason } = last.data
  return { phase, ...(reason !== undefined && { reason }) }
}

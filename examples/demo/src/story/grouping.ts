import { clean, pad, tone } from '../terminal/text.ts'
import { count, type IncidentPlay } from './play.ts'

/** Shows what became of the noise: one incident, what ties it together, and what stays out of it. */
export async function grouping({ stage, screen, timeline }: IncidentPlay): Promise<void> {
  const { store, feed, context } = stage
  const { tenant, id, title } = timeline.incident
  await screen.chapter('One incident')
  const row = (left: string, right: string) => screen.tell(right, { prefix: `${pad(left, 12)} →  ` })

  await row(tone('strong', count(timeline.impact.alerts, 'alert')), `1 incident, first seen as ${clean(title)}`)
  const members = await store.members({ tenant, incidentId: id, limit: 1_000 }, context)
  for (const [tie, start] of ties) {
    const tied = members.filter(({ because }) => because.some((each) => each.startsWith(start))).length
    if (tied > 0) await screen.say(tone('quiet', `${' '.repeat(16)}${String(tied).padStart(4)} tied ${tie}`))
  }
  for (const event of feed.all('incident-opened').filter(({ subject }) => subject.id !== id)) {
    await row(count(1, 'alert'), `stays apart: ${clean(event.data.title)}`)
  }
  await row(count(1, 'alert'), 'opens nothing: the watchdog fires by design')
  await screen.pause(1_800)
}

/** What the correlator's reasons begin with. One alert can have several. */
const ties: readonly (readonly [tie: string, start: string])[] = [
  ['by the rollout that the pipeline recorded', 'recorded change'],
  ['also by the owner of their pods', 'same owner'],
]

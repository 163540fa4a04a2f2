import { tone } from '../terminal/text.ts'
import { count, entry, type IncidentPlay, seconds } from './play.ts'

/** Reads the whole log again, and says how the incident ended. */
export async function record({ stage, screen, timeline }: IncidentPlay): Promise<void> {
  const { mendkit, feed, shop } = stage
  const { id } = timeline.incident
  await screen.chapter('The record')
  const checked = await mendkit.audit.verify()
  if (checked.verified) {
    const numbered = feed.all('approval-granted').length + feed.all('approval-rejected').length > 0
    const among = numbered ? ', those marked # above among them,' : ''
    const told = `all ${checked.entries} entries of the audit log${among} read again: none was edited, taken out, put in or moved`
    await screen.tell(told, { prefix: `${tone('good', '✓')} ` })
  } else {
    for (const { seq, because } of checked.findings) {
      await screen.tell(`the log does not verify at ${entry(seq)}: ${because}`, { prefix: `${tone('bad', '✗')} ` })
    }
  }
  const effects = shop.cluster.effects().length
  await screen.say(`${tone('good', '✓')} ${count(effects, 'effect')} on the cluster, by its own audit log`)
  const { incident, span } = await mendkit.incidents.timeline(id)
  const asked = feed.all('approval-requested').findLast(({ subject }) => subject.id === id)
  const answered = feed.all('approval-granted').findLast(({ subject }) => subject.id === id)
  const waited = asked && answered ? Date.parse(answered.at) - Date.parse(asked.at) : 0
  const wait = waited > 1_000 ? `, ${seconds(waited)} of it waiting for an answer` : ''
  const end = incident.reason === undefined ? incident.phase : `${incident.phase} (${incident.reason})`
  const told = `the incident is ${end}, ${seconds(span.durationMs)} after it was opened${wait}`
  const mark = incident.phase === 'resolved' ? tone('good', '✓') : tone('warn', '!')
  await screen.tell(told, { prefix: `${mark} ` })
  await screen.pause(1_000)
}

import { command } from '../options.ts'
import { tone } from '../terminal/text.ts'
import { entry, type IncidentPlay } from './play.ts'

/** Says what becomes of a plan that a person rejected. */
export async function rejected({ stage, screen }: IncidentPlay): Promise<void> {
  const said = stage.feed.all('approval-rejected').at(-1)
  await screen.say()
  await screen.tell(
    `Rejected ${entry(said?.seq)}. Nothing was changed; the incident is handed over to a person with its evidence, and this plan is not proposed again. When the alerts clear, the incident resolves.`,
    { prefix: `${tone('warn', '✗')} ` },
  )
}

/** Says how to answer, where nobody did. */
export async function unanswered({ screen }: IncidentPlay): Promise<void> {
  const why = screen.isLive ? 'There was no answer.' : 'Nobody can answer here, because this is not a terminal.'
  if (screen.isLive) await screen.say()
  await screen.tell(`${why} The question stays open, and nothing was changed.`)
  await screen.tell(`To see the fix:  ${command} --yes   (for programs: --json)`, {
    style: (line) => tone('strong', line),
  })
}

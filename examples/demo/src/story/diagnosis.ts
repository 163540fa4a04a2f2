import { describeResource, resourceKey } from '@mendkit/core'
import { clean, pad, tone } from '../terminal/text.ts'
import { type IncidentPlay, textOf } from './play.ts'

/** Shows what the engine concluded, and each fact that it rests on. */
export async function diagnosis(
  { screen, timeline }: IncidentPlay,
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const made = timeline.diagnoses.at(-1)
  const [first] = made?.hypotheses ?? []
  await screen.chapter('The diagnosis')
  if (made === undefined || first === undefined) return screen.say('No analyzer could explain it.')
  const about = first.rootCause === undefined ? '' : ` of ${describeResource(first.rootCause)}`
  await screen.tell(clean(first.cause + about), { style: (line) => tone('strong', line) })
  await screen.say(tone('quiet', `confidence ${first.confidence}, found by ${made.analyzer} alone`))
  await screen.tell(clean(textOf(first.summary)))
  const { resource: seen } = timeline.incident
  if (seen !== undefined && first.rootCause !== undefined && resourceKey(seen) !== resourceKey(first.rootCause)) {
    await screen.tell(`The first alert was about ${describeResource(seen)}, which is not where the cause is.`)
  }
  await screen.say()
  for (const { evidenceId, fact, tool = '' } of first.citations) {
    const number = tone('title', `[${numbers.get(evidenceId) ?? '?'}]`)
    if (fact === undefined) await screen.say(`${number} ${tool}`)
    else await screen.tell(clean(String(fact.value)), { prefix: `${number} ${pad(clean(fact.name), 30)} ` })
  }
  await screen.pause(2_200)
}

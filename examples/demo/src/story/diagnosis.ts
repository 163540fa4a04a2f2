import { describeResource, resourceKey, type TimelineCitation } from '@mendkit/core'
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
  const sure = tone('quiet', `confidence ${first.confidence}, found by ${made.analyzer} alone`)
  await screen.say(`${tone('strong', clean(first.cause + about))}   ${sure}`)
  await screen.tell(clean(textOf(first.summary)))
  const { resource: seen } = timeline.incident
  if (seen !== undefined && first.rootCause !== undefined && resourceKey(seen) !== resourceKey(first.rootCause)) {
    await screen.tell(`The first alert was about ${describeResource(seen)}, which is not where the cause is.`)
  }
  await screen.say()
  for (const citation of first.citations) await screen.say(cited(citation, numbers))
  await screen.pause(2_200)
}

function cited({ evidenceId, fact, tool = '' }: TimelineCitation, numbers: ReadonlyMap<string, number>): string {
  const number = tone('title', `[${numbers.get(evidenceId) ?? '?'}]`)
  if (fact === undefined) return `${number} ${tool}`
  return `${number} ${pad(clean(fact.name), 30)} ${clean(String(fact.value))}`
}

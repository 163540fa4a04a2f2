import { describeResource, type TimelineAction } from '@mendkit/core'
import { clean, type Tone, tone } from '../terminal/text.ts'
import { count, type IncidentPlay, textOf } from './play.ts'

/** Shows what would be changed, as the API server's own dry run answered, and why it is not simply done. */
export async function plan({ stage, screen, timeline }: IncidentPlay): Promise<void> {
  const made = timeline.plans.at(-1)
  if (made === undefined) return
  await screen.chapter('The plan')
  for (const action of made.actions) {
    await screen.say(`${tone('strong', action.type)} on ${describeResource(action.target)}`)
    await screen.tell(terms(action), { style: (line) => tone('quiet', line) })
    await screen.say()
    for (const { kind, mark = '', text } of diffLines(textOf(action.diff))) {
      await screen.tell(text, { prefix: tone(kind, mark), style: (line) => tone(kind, line) })
    }
  }
  const { kind, voices, unasked } = made.decision
  await screen.say()
  await screen.say(tone('strong', kind === 'ask' ? 'It asks first:' : `The decision: ${kind}`))
  for (const { policy, kind: said, because } of voices.filter((voice) => voice.kind !== 'abstain')) {
    await screen.tell(clean(because), { prefix: `${tone('warn', said)}  ${policy}: ` })
  }
  const silent = voices.filter((voice) => voice.kind === 'abstain').length + unasked
  await screen.say(
    tone('quiet', `     ${count(silent, 'other policy').replace('policys', 'policies')} had nothing against it`),
  )
  const notice = stage.pager.notices.findLast(({ urgency }) => urgency === 'ask')
  if (notice !== undefined) await screen.say(tone('quiet', `     a notice went to the people on call`))
  await screen.say()
}

function terms({ risk, dryRun, blastRadius }: TimelineAction): string {
  const tried = dryRun === 'done' ? 'tried out in a dry run' : 'not tried out'
  return `${risk} risk, can be undone, at most ${count(blastRadius.replicas, 'pod')} down at once, ${tried}`
}

/** A line of the normalised difference says `path: before → after`. */
function diffLines(diff: string): readonly { readonly kind: Tone; readonly mark?: string; readonly text: string }[] {
  return diff.split('\n').flatMap((line) => {
    const [, path, before, after] = /^(\S+): (.*) → (.*)$/.exec(clean(line)) ?? []
    if (path === undefined) return [{ kind: 'plain', text: clean(line) }]
    return [
      { kind: 'plain', text: path },
      { kind: 'bad', mark: '  - ', text: before ?? '' },
      { kind: 'good', mark: '  + ', text: after ?? '' },
    ]
  })
}

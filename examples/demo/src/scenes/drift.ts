import type { ApprovalQuestion } from '@mendkit/core'
import { entry } from '../story/play.ts'
import { endOf } from '../story/repair.ts'
import { clean, tone } from '../terminal/text.ts'
import { pricesHotfix } from '../world/workload.ts'
import { begin, fieldsOf, nextQuestion, type ScenePlay, showQuestion, untilAsked, untilPods, you } from './scene.ts'

/** What the scene came to. */
export interface DriftReport {
  readonly phase: string
  /** In the order in which they were asked. */
  readonly approvals: readonly { readonly id: string; readonly state: string; readonly because: string | null }[]
  /** What the second question found where the first had found something else. */
  readonly changed: readonly { readonly field: string; readonly was: string; readonly is: string }[]
  /** Effects on the cluster, by the log of its API server. */
  readonly effects: number
}

/** Somebody changes the image while the question waits: the yes to it does nothing, and the engine asks anew. */
export async function drift(play: ScenePlay): Promise<DriftReport> {
  const { stage, screen } = play
  const { feed, mendkit, shop } = stage
  await begin(
    play,
    'The world changes while a question waits',
    `${shop.workload.badImage} crashes, a rollback waits for a yes, and a colleague changes the image.`,
    'A yes counts for what was shown, and for nothing else.',
  )
  const first = await untilAsked(play)
  const asked = feed.all('approval-requested').length
  shop.rollOut(pricesHotfix)
  await screen.say(`${tone('warn', '!')} a colleague: kubectl set image deployment/prices app=${pricesHotfix}`)
  await untilPods(play, 'it crashes as well', (pods) =>
    pods.some(({ image, state }) => image === pricesHotfix && state === 'crash-looping'),
  )
  await mendkit.approvals.approve(first.id, { by: you, digest: first.digest })
  await screen.say(`${tone('good', '✓')} you approve what you were shown before that`)
  const gone = await feed.until('the approval is void', () =>
    feed.all('approval-void').find(({ data }) => data.approval === first.id),
  )
  const why = `the approval is void (${gone.data.because}): looked at again before the effect, and nothing is sent ${entry(gone.seq)}`
  await screen.tell(why, { prefix: `${tone('bad', '✗')} ` })

  const second = await nextQuestion(stage, asked)
  const changed = differences(first, second)
  for (const { field, was, is } of changed) {
    await screen.tell(clean(`${field}: was ${was}, is ${is}`), { prefix: `  ${tone('warn', 'changed')} ` })
  }
  await screen.say()
  await showQuestion(play, second)
  const doubts = second.actions.flatMap((action) => action.doubts)
  if (doubts.length > 0) await screen.tell(`and says what it doubts: ${doubts.join(', ')}`, { prefix: ' '.repeat(9) })
  await screen.pause(1_500)
  const because = 'my colleague is at it'
  await mendkit.approvals.reject(second.id, { by: you, digest: second.digest, because })
  const end = await feed.until('it is handed over', () => endOf(stage, first.incidentId))
  const said = feed.all('approval-rejected').at(-1)
  await screen.tell(`you reject it, "${because}": the incident is ${end.phase} ${entry(said?.seq)}`, {
    prefix: `${tone('good', '✓')} `,
  })
  const effects = shop.cluster.effects().length
  await screen.say(`${tone('good', '✓')} ${effects} effects on the cluster, by its own audit log`)
  await screen.pause(1_500)
  const states = await Promise.all([first, second].map(({ id }) => mendkit.approvals.get(id)))
  return {
    phase: end.phase,
    approvals: states
      .flatMap((each) => each ?? [])
      .map(({ id, state, voidBecause = null }) => ({ id, state, because: voidBecause })),
    changed,
    effects,
  }
}

/** Fields that both questions are about and that they found different. */
function differences({ diffs: [before = ''] }: ApprovalQuestion, { diffs: [after = ''] }: ApprovalQuestion) {
  const then = new Map(fieldsOf(before).map(({ field, from }) => [field, from]))
  return fieldsOf(after).flatMap(({ field, from: is }) => {
    const was = then.get(field)
    return was === undefined || was === is ? [] : [{ field, was, is }]
  })
}

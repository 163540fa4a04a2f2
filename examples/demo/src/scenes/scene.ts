import { setTimeout as sleep } from 'node:timers/promises'
import type { ApprovalQuestion, Principal } from '@mendkit/core'
import type { Pace } from '../pace.ts'
import type { Stage } from '../stage.ts'
import { board } from '../story/board.ts'
import { rollOut } from '../story/storm.ts'
import type { Screen } from '../terminal/screen.ts'
import { clean, tone } from '../terminal/text.ts'
import type { Pod } from '../world/shop.ts'

/** What a scene is played with: a stage of its own, with a cluster, a database and an engine of its own. */
export interface ScenePlay {
  readonly stage: Stage
  readonly screen: Screen
  readonly pace: Pace
}

const patienceMs = 60_000

/** Who answers in the scenes. */
export const you: Principal = { id: 'you', roles: ['approver'], tenant: 'default', via: 'demo' }

/** Begins a scene: what is about to happen, and what it proves. */
export async function begin({ screen }: ScenePlay, title: string, happens: string, proves: string): Promise<void> {
  await screen.chapter(title)
  await screen.tell(happens, { prefix: tone('quiet', 'happens  ') })
  await screen.tell(proves, { prefix: tone('quiet', 'proves   ') })
  await screen.say()
  await screen.pause(2_000)
}

/** Rolls the bad version out, and shows what the engine asks. */
export async function untilAsked(play: ScenePlay): Promise<ApprovalQuestion> {
  const { stage, screen } = play
  await rollOut(stage)
  for (let asked = 0; ; asked += 1) {
    const question = await screen.live(() => board(stage, screen.width), nextQuestion(stage, asked))
    for (const line of board(stage, screen.width)) await screen.say(line)
    await screen.say()
    await showQuestion(play, question)
    await screen.pause(1_500)
    // A late alert makes it another question, here as anywhere.
    if ((await stage.mendkit.approvals.get(question.id))?.state === 'open') return question
  }
}

/** The question that comes after so many others. */
export async function nextQuestion({ feed, mendkit }: Stage, before: number): Promise<ApprovalQuestion> {
  const { data } = await feed.until('the engine asks', () => feed.all('approval-requested')[before])
  const question = await mendkit.approvals.get(data.approval)
  if (question === undefined) throw new Error(`the engine asked ${data.approval}, and does not know it`)
  return question
}

/** Shows the pods until they are as they should be. Throws, naming `what`, when that takes longer than a minute. */
export async function untilPods(
  { stage, screen }: ScenePlay,
  what: string,
  holds: (pods: readonly Pod[]) => boolean,
): Promise<readonly Pod[]> {
  const limit = Date.now() + patienceMs
  const waiting = async () => {
    for (;;) {
      const pods = stage.shop.pods()
      if (holds(pods)) return pods
      if (Date.now() > limit) throw new Error(`${what}: this did not happen within ${patienceMs / 1000} s`)
      await sleep(stage.pace.sweep, undefined, { signal: stage.signal })
    }
  }
  return screen.live(() => board(stage, screen.width), waiting())
}

/** Shows what a question asks: the image from which, and to which. */
export async function showQuestion({ screen }: ScenePlay, { actions, diffs }: ApprovalQuestion): Promise<void> {
  const image = fieldsOf(diffs[0] ?? '').find(({ field }) => field.endsWith('.image'))
  const what = `${actions[0]?.type ?? 'nothing'}: ${image === undefined ? 'no image changes' : `${image.from} → ${image.to}`}`
  await screen.tell(clean(what), { prefix: `${tone('strong', 'It asks')}  ` })
}

/** The lines of a normalised difference that change a field. */
export function fieldsOf(
  diff: string,
): readonly { readonly field: string; readonly from: string; readonly to: string }[] {
  return diff.split('\n').flatMap((line) => {
    const [, field, from, to] = /^(\S+): (.*) → (.*)$/.exec(line) ?? []
    return field === undefined ? [] : [{ field, from: from ?? '', to: to ?? '' }]
  })
}

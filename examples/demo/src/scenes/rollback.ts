import type { Execution } from '@mendkit/core'
import { board } from '../story/board.ts'
import { entry } from '../story/play.ts'
import { endOf } from '../story/repair.ts'
import { tone } from '../terminal/text.ts'
import { describeImage, type Pod } from '../world/shop.ts'
import { migratedOrders } from '../world/workload.ts'
import { begin, type ScenePlay, untilAsked, untilPods, you } from './scene.ts'

/** What the scene came to. */
export interface RollbackReport {
  readonly phase: string
  readonly reason: string | null
  readonly verdict: string
  /** Ready pods before the fix, when it was judged, and once it was undone. */
  readonly ready: { readonly before: number; readonly after: number; readonly undone: number }
  /** What was done, in order. */
  readonly executions: readonly { readonly id: string; readonly outcome: string; readonly undoes: string | null }[]
  /** The image before the fix, and in the end. */
  readonly image: { readonly before: string; readonly now: string }
  /** What the people on call were told. */
  readonly page: string
  /** Effects on the cluster, by the log of its API server. */
  readonly effects: number
}

/** A rollback makes things worse by measured health: it is undone to what was there before, and people are called. */
export async function rollback(play: ScenePlay): Promise<RollbackReport> {
  const { stage, screen, pace } = play
  const { feed, mendkit, shop, pager } = stage
  const { goodImage, badImage, replicas } = shop.workload
  await begin(
    play,
    'A fix that makes it worse',
    `A third of ${badImage} crashes. A rollback is approved, but ${goodImage} cannot run on the new data any more.`,
    'Mendkit measures what it did, takes it back by itself when it is worse, and calls people.',
  )
  const question = await untilAsked(play)
  const before = shop.image()
  describeImage(shop.cluster, pace, goodImage, migratedOrders)
  await mendkit.approvals.approve(question.id, { by: you, digest: question.digest })
  const sent = await feed.until('the fix is sent', () => feed.all('execution-observed')[0])
  const [fix] = await mendkit.executions.list()
  const wasReady = fix?.measuresBefore.find(({ name }) => name === 'ready-pods')?.value ?? Number.NaN
  await screen.tell(`you approve; rolled back, with ${wasReady} of ${replicas} pods ready before ${entry(sent.seq)}`, {
    prefix: `${tone('good', '✓')} `,
  })
  await screen.say()
  const judging = feed.until('the fix is judged', () => feed.all('execution-verified')[0])
  const waiting = tone('quiet', 'waiting until the time to recover is over')
  const judged = await screen.live(() => [...board(stage, screen.width), '', waiting], judging)
  const isReady = readyOf(shop.pods())
  for (const line of board(stage, screen.width)) await screen.say(line)
  await screen.say()
  const told = `judged as ${judged.data.verdict}: ${isReady} of ${replicas} pods ready, and ${wasReady} before ${entry(judged.seq)}`
  await screen.tell(told, { prefix: `${tone('bad', '✗')} ` })

  const end = await feed.until('it is undone', () => endOf(stage, question.incidentId))
  const pods = await untilPods(play, 'as many pods are ready as before', (now) => readyOf(now) >= wasReady)
  const undoneReady = readyOf(pods)
  await screen.tell(`undone to the recorded image ${shop.image()}: ${undoneReady} of ${replicas} pods ready again`, {
    prefix: `${tone('good', '✓')} `,
  })
  const page = await feed.until('people are paged', () => pager.notices.find(({ urgency }) => urgency === 'page'))
  await screen.tell(`the incident is ${end.phase} (${end.reason}), and the pager says:`, {
    prefix: `${tone('good', '✓')} `,
  })
  for (const line of page.body.split('\n')) await screen.tell(line, { prefix: `  ${tone('quiet', '│')} ` })
  const effects = shop.cluster.effects().length
  await screen.say(`${tone('good', '✓')} ${effects} effects on the cluster, there and back, by its own audit log`)
  await screen.pause(1_500)
  return {
    phase: end.phase,
    reason: end.reason ?? null,
    verdict: judged.data.verdict,
    ready: { before: wasReady, after: isReady, undone: undoneReady },
    executions: (await mendkit.executions.list()).map(described),
    image: { before, now: shop.image() },
    page: page.body,
    effects,
  }
}

function described({ id, state, undoes }: Execution): RollbackReport['executions'][number] {
  return { id, outcome: state, undoes: undoes ?? null }
}

function readyOf(pods: readonly Pod[]): number {
  return pods.filter(({ state }) => state === 'ready').length
}

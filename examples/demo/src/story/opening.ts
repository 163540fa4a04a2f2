import { tone } from '../terminal/text.ts'
import { board } from './board.ts'
import type { Play } from './play.ts'

/** Says what is real and what is not, and shows the shop while all is well. */
export async function opening({ stage, screen }: Play): Promise<void> {
  await screen.say()
  await screen.say(tone('title', 'Mendkit: a bad rollout, found, fixed and verified while you watch'))
  await screen.say()
  const real = 'the engine, the adapters of Kubernetes, Alertmanager and webhooks, the SQLite store, the audit log'
  await screen.tell(real, { prefix: `${tone('good', 'real')}       ` })
  const played = 'the cluster and its monitoring. No network, no key; nothing of yours is touched'
  await screen.tell(played, { prefix: `${tone('warn', 'simulated')}  ` })

  await screen.chapter('A quiet shop')
  await stage.feed.until('the engine takes the first alert', () => stage.feed.all('alerts-received')[0])
  for (const line of board(stage, screen.width)) await screen.say(line)
  await screen.say()
  await screen.tell(
    `Deployment shop/checkout runs ${stage.shop.workload.goodImage}. The watchdog fires, as it always should.`,
  )
  await screen.pause(1_500)
}

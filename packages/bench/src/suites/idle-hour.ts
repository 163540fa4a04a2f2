import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allowUpTo, askAbove, createMendkit, onlyInNamespaces, silentLogger } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { webhookNotifier } from '@mendkit/notify'
import { prometheus } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { virtualClock } from '@mendkit/testkit'
import { type QuietWorld, quietWorld } from '../servers/quiet-world.ts'

/** How often Alertmanager is polled unless a host says otherwise. */
const pollMs = 15_000
const hourMs = 3_600_000

/** Requests that the API server had from a host to which nothing happened. */
export interface IdleRequests {
  /** Until the host was up. */
  readonly start: number
  readonly perHour: number
}

/**
 * Runs the README's host, its SQLite file included, with nothing firing. The engine's time is virtual and goes on by the
 * detector's interval with each poll, so that an hour has the sweeps of a real one, no fewer polls, and takes seconds.
 */
export async function idleHour(share = 1): Promise<IdleRequests> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  try {
    await using world = await quietWorld(folder)
    const clock = virtualClock({ startAt: Date.now() })
    const mendkit = hostIn(world, folder, clock)
    const stop = new AbortController()
    const firstPoll = world.nextPoll()
    const running = mendkit.run({ signal: stop.signal })
    // A host that cannot start never polls.
    await Promise.race([firstPoll, running])
    const start = world.apiRequests()
    for (let past = 0; past < hourMs * share; past += pollMs) {
      const poll = world.nextPoll()
      await clock.advance(pollMs)
      await Promise.race([poll, running])
    }
    const perHour = (world.apiRequests() - start) / share
    stop.abort()
    await clock.advance(60_000)
    await running
    await mendkit.close()
    return { start, perHour }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function hostIn({ kubeconfig, monitoring }: QuietWorld, folder: string, clock: ReturnType<typeof virtualClock>) {
  const read = { kubeconfig, context: 'mendkit-read' }
  const act = { kubeconfig, context: 'mendkit-act' }
  return createMendkit({
    store: sqlStore(join(folder, 'mendkit.db')),
    autonomy: { default: 'suggest', 'namespace:shop': 'approve' },
    integrations: [
      kubernetes({ cluster: 'prod', namespaces: ['shop'], read, act }),
      prometheus({ url: monitoring, alertmanager: { url: monitoring, source: 'am', intervalMs: 1 } }),
    ],
    policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
    notifiers: [
      webhookNotifier({ url: `${monitoring}/notices`, secret: 'a-secret-of-the-bench', allowPrivateAddresses: true }),
    ],
    system: { clock, log: silentLogger },
  })
}

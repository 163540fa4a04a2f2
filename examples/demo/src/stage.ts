import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallContext, consoleLogger, type Mendkit, type Store } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { type Feed, follow } from './follow.ts'
import { createHost } from './host.ts'
import type { Pace } from './pace.ts'
import { type Monitoring, openMonitoring } from './world/monitoring.ts'
import { openPager, type Pager } from './world/pager.ts'
import { openShop, type Shop } from './world/shop.ts'

/** Everything that plays: the shop, its monitoring, and the engine at work on a database of its own. */
export interface Stage {
  readonly pace: Pace
  readonly shop: Shop
  readonly monitoring: Monitoring
  readonly mendkit: Mendkit
  readonly store: Store
  readonly feed: Feed
  readonly pager: Pager
  /** Where the database is. */
  readonly folder: string
  /** Aborts when the demo is interrupted, or when the engine cannot go on. */
  readonly signal: AbortSignal
  /** For reading the store directly. */
  readonly context: CallContext
  /** What the engine logged, line by line. */
  readonly log: readonly string[]
  /** Stops the engine and, unless `keep`, removes the folder. */
  close(options: { readonly keep: boolean }): Promise<void>
}

/** Opens a stage in a fresh temporary folder and starts the engine. */
export function openStage(pace: Pace, interrupt: AbortSignal): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-demo-'))
  const shop = openShop(pace)
  const monitoring = openMonitoring(shop, pace)
  const pager = openPager()
  const log: string[] = []
  const store = sqlStore(join(folder, 'mendkit.db'))
  const logger = consoleLogger({ format: 'text', write: (line) => void log.push(line) })
  const mendkit = createHost({ store, cluster: shop.cluster, monitoring, pager, pace, log: logger })

  const stopping = new AbortController()
  const broken = new AbortController()
  const signal = AbortSignal.any([interrupt, broken.signal])
  const running = mendkit.run({ signal: stopping.signal })
  const feed = follow(mendkit, AbortSignal.any([signal, stopping.signal]))
  for (const work of [running, feed.ended]) work.catch((error: unknown) => broken.abort(error))

  return {
    pace,
    shop,
    monitoring,
    mendkit,
    store,
    feed,
    pager,
    folder,
    signal,
    context: { signal, log: logger },
    log,
    async close({ keep }) {
      try {
        stopping.abort()
        await Promise.allSettled([running, feed.ended])
        await mendkit.close()
        if (keep) writeFileSync(join(folder, 'engine.log'), log.join(''))
      } finally {
        if (!keep) rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

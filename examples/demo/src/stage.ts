import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallContext, consoleLogger, type Mendkit, type Store } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { type Feed, follow } from './follow.ts'
import { createHost } from './host.ts'
import type { Pace } from './pace.ts'
import { type Monitoring, openMonitoring } from './world/monitoring.ts'
import { openPager, type Pager } from './world/pager.ts'
import { openShop, type Shop } from './world/shop.ts'
import type { Workload } from './world/workload.ts'

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
  /** Stops the engine, and leaves its log, that of the cluster's API server and the cluster's Deployments in the folder. */
  close(): Promise<void>
}

/** What is played, how fast, and where its files lie. */
export interface StageOptions {
  readonly workload: Workload
  readonly pace: Pace
  /** Made unless it is there, and left for whoever gave it to remove. */
  readonly folder: string
}

/** Opens a stage on a database of its own and starts the engine. */
export function openStage({ workload, pace, folder }: StageOptions, interrupt: AbortSignal): Stage {
  mkdirSync(folder, { recursive: true })
  const shop = openShop(workload, pace)
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
    async close() {
      stopping.abort()
      await Promise.allSettled([running, feed.ended])
      await mendkit.close()
      writeFileSync(join(folder, 'engine.log'), log.join(''))
      const requests = shop.cluster.requests().map((request) => `${JSON.stringify(request)}\n`)
      writeFileSync(join(folder, 'api-server.jsonl'), requests.join(''))
      const deployments = shop.cluster.all('apps/v1', 'Deployment')
      writeFileSync(join(folder, 'deployments.json'), `${JSON.stringify(deployments, null, 2)}\n`)
    },
  }
}

import type { Resource } from '@mendkit/core'
import type { Scenario } from '../scenario/schema.ts'
import { cluster, openWorld } from '../world/open-world.ts'
import { batchesOf } from './alerts.ts'
import type { Outcome } from './outcome.ts'
import { type PlayOptions, playThrough } from './play-through.ts'

/** Plays a scenario through the real engine, on a memory store and simulated time, with autonomy `suggest`. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Outcome> {
  const world = openWorld(scenario)
  const changes = scenario.changes.map(({ kind, ago, by, url, resource, labels }) => ({
    kind,
    at: new Date(world.now - ago).toISOString(),
    ...(by !== undefined && { by }),
    ...(url !== undefined && { url }),
    ...(resource !== undefined && { resource: resourceOf(resource) }),
    ...(labels !== undefined && { labels }),
  }))
  const { now, integrations } = world
  return playThrough({ id: scenario.id, now, integrations, changes, batches: batchesOf(scenario, world) }, options)
}

function resourceOf({ namespace, ...rest }: NonNullable<Scenario['changes'][number]['resource']>): Resource {
  return { cluster, ...rest, ...(namespace !== undefined && { namespace }) }
}

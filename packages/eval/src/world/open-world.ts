import type { Integration } from '@mendkit/core'
import { type KubernetesClient, kubernetes } from '@mendkit/kubernetes'
import { prometheus } from '@mendkit/prometheus'
import { type Scenario, worldSchema } from '../scenario/schema.ts'
import { type WorldObjects, worldObjects } from './objects.ts'
import { recordedClient } from './recorded-client.ts'
import { recordedMetrics } from './recorded-metrics.ts'
import { simulate } from './simulate.ts'

/** The name of the one cluster of a scenario. */
export const cluster = 'scenario'

/** A scenario's world, to be read by the real adapters. */
export interface OpenWorld {
  /** When the first alert is told, milliseconds since 1970. */
  readonly now: number
  readonly objects: WorldObjects
  readonly integrations: readonly Integration[]
}

/** Plays what happened before the alerts, and opens what stands then for reading. Without `act`: previews are computed. */
export function openWorld({ world }: Scenario): OpenWorld {
  const simulated = simulate(world)
  const now = simulated.now()
  const objects = worldObjects(world, simulated)
  const queries = Object.fromEntries(Object.entries(world.metrics).map(([name, { query }]) => [name, query]))
  return {
    now,
    objects,
    integrations: [
      kubernetes({ cluster, nodes: true, read: recordedClient(world, objects, simulated) }),
      ...(Object.keys(queries).length === 0
        ? []
        : [prometheus({ url: 'http://prometheus.invalid', cluster, queries, fetch: recordedMetrics(world, now) })]),
    ],
  }
}

/** A client of a cluster in which nothing is there. */
export function emptyCluster(): KubernetesClient {
  const nothing = worldSchema.parse({})
  const simulated = simulate(nothing)
  return recordedClient(nothing, worldObjects(nothing, simulated), simulated)
}

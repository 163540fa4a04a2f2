import type { AlertBatch, AlertInput } from '@mendkit/core'
import type { Scenario } from '../scenario/schema.ts'
import type { OpenWorld } from '../world/open-world.ts'

/** Alerts that are told `afterMs` after the start. */
export interface ToldBatch {
  readonly afterMs: number
  readonly batch: AlertBatch
}

/** What a scenario's source of alerts tells, in order. */
export function batchesOf({ alerts }: Scenario, world: OpenWorld): readonly ToldBatch[] {
  const inputs = alerts.map(({ labels, annotations, status, startsAgo, endsAfter }) => {
    const input: AlertInput = {
      labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, filled(value, world)])),
      ...(annotations !== undefined && { annotations }),
      status,
      startsAt: iso(world.now - startsAgo),
    }
    return { input, endsAfter }
  })
  const told = (afterMs: number, some: readonly AlertInput[]): ToldBatch => ({
    afterMs,
    batch: { source: 'scenario', complete: false, delivery: 'pushed', asOf: iso(world.now + afterMs), alerts: some },
  })
  const ends = [...new Set(inputs.flatMap(({ endsAfter }) => endsAfter ?? []))].sort((a, b) => a - b)
  const ended = ends.map((afterMs) =>
    told(
      afterMs,
      inputs
        .filter(({ endsAfter }) => endsAfter === afterMs)
        .map(({ input }) => ({ ...input, status: 'resolved' as const, endsAt: iso(world.now + afterMs) })),
    ),
  )
  return [
    told(
      0,
      inputs.map(({ input }) => input),
    ),
    ...ended,
  ]
}

/** `{{pod <namespace>/<app>}}` is the name of a pod with that label `app`: the first that is not ready, else the first. */
function filled(text: string, { objects }: OpenWorld): string {
  return text.replace(/\{\{pod ([^/}]+)\/([^}]+)\}\}/g, (whole, namespace: string, app: string) => {
    const pods = objects.all('v1', 'Pod', namespace).filter(({ metadata }) => metadata.labels?.['app'] === app)
    return (pods.find((pod) => !isReady(pod)) ?? pods[0])?.metadata.name ?? whole
  })
}

function isReady(pod: object): boolean {
  const status = 'status' in pod && typeof pod.status === 'object' ? pod.status : null
  const conditions =
    status !== null && 'conditions' in status && Array.isArray(status.conditions) ? status.conditions : []
  return conditions.some((each: unknown) => isCondition(each) && each.type === 'Ready' && each.status === 'True')
}

function isCondition(value: unknown): value is { readonly type: unknown; readonly status: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value && 'status' in value
}

function iso(time: number): string {
  return new Date(time).toISOString()
}

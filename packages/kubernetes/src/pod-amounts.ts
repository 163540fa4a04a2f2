import { z } from 'zod'
import { amountOf } from './quantity.ts'

/** Which of the two a quota limits. */
export type Side = 'requests' | 'limits'

const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).nullish()
const containerSchema = z.looseObject({
  name: z.string(),
  restartPolicy: z.string().optional(),
  resources: z.looseObject({ requests: quantities, limits: quantities }).nullish(),
})
const podSchema = z.looseObject({
  containers: z.array(containerSchema),
  initContainers: z.array(containerSchema).nullish(),
  overhead: quantities,
})

type Container = z.output<typeof containerSchema>

/**
 * How much of a resource one pod of this spec takes, as the scheduler and quotas count it: all containers together, or its
 * greediest init container beside the sidecars that run by then, and the overhead. What is not requested is its limit.
 * In cores, bytes or pieces.
 */
export function podAmount(spec: unknown, side: Side, name: string): number {
  const { containers, initContainers, overhead } = podSchema.parse(spec)
  const takes = ({ resources }: Container) => {
    const given = resources?.[side]?.[name] ?? (side === 'requests' ? resources?.limits?.[name] : undefined)
    return amountOf(given ?? '0') ?? 0
  }
  let sidecars = 0
  let starting = 0
  for (const container of initContainers ?? []) {
    const isSidecar = container.restartPolicy === 'Always'
    starting = Math.max(starting, sidecars + takes(container))
    if (isSidecar) sidecars += takes(container)
  }
  const running = containers.reduce((sum, container) => sum + takes(container), sidecars)
  return Math.max(running, starting) + (amountOf(overhead?.[name] ?? '0') ?? 0)
}

/** Every resource that a pod of this spec says something about. */
export function resourceNames(spec: unknown): readonly string[] {
  const { containers, initContainers, overhead } = podSchema.parse(spec)
  const each = [...containers, ...(initContainers ?? [])].flatMap(({ resources }) => [
    ...Object.keys(resources?.requests ?? {}),
    ...Object.keys(resources?.limits ?? {}),
  ])
  return [...new Set([...each, ...Object.keys(overhead ?? {})])]
}

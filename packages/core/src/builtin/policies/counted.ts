import { z } from 'zod'
import type { PastExecution } from '../../model/policy-history.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'

/** Over what a policy counts: one object, one namespace of a cluster, one cluster, or everything of the tenant. */
export type Per = 'target' | 'namespace' | 'cluster' | 'tenant'

/** Over what a policy counts. */
export const per: z.ZodType<Per, Per> = z.enum(['target', 'namespace', 'cluster', 'tenant'])

/** The same text for all resources that count together. */
export function countedKey(by: Per, resource: Resource): string {
  switch (by) {
    case 'target':
      return resourceKey(resource)
    case 'namespace':
      return JSON.stringify([resource.cluster, resource.namespace ?? ''])
    case 'cluster':
      return resource.cluster
    case 'tenant':
      return ''
  }
}

/** What certainly changed nothing counts nowhere; everything that may have changed something does, undos included. */
export function mayHaveChanged({ state }: PastExecution): boolean {
  return state !== 'no-effect'
}

/** What is said when the past is told of in part, and nothing in that part speaks against the plan. */
export const pastIsCutOff = {
  kind: 'ask',
  because: 'more happened lately than policies are told of, so nobody has counted all of it',
} as const

/** `90 min`: milliseconds in the largest unit that they are a whole number of. */
export function durationWords(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const
  const whole = units.find(([, size]) => ms % size === 0)
  return whole === undefined ? `${ms} ms` : `${ms / whole[1]} ${whole[0]}`
}

import { z } from 'zod'
import type { BlastRadius, PlannedAction } from '../../model/plan.ts'
import { resourceKey } from '../../model/resource.ts'
import type { Policy } from '../../ports/policy.ts'
import { otherwise, readPolicy } from './read.ts'
import { touchedBy } from './scope.ts'

/** The options of `blastRadiusCap`, as a document gives them. */
export const blastRadiusCapFields = z
  .strictObject({
    replicas: z.int().min(0).exactOptional(),
    percentOfReady: z.number().min(0).max(100).exactOptional(),
    objects: z.int().min(1).exactOptional(),
    budgetHeadroom: z.int().min(0).exactOptional(),
    otherwise,
  })
  .refine(
    ({ replicas, percentOfReady, objects, budgetHeadroom }) =>
      [replicas, percentOfReady, objects, budgetHeadroom].some((cap) => cap !== undefined),
    'give at least one cap',
  )

/** What `blastRadiusCap` takes: at least one cap. */
export interface BlastRadiusCapOptions {
  /** Replicas that one action may take down at once. */
  readonly replicas?: number
  /** The share of the ready replicas that one action may take down at once, 0 to 100. */
  readonly percentOfReady?: number
  /** Objects that the plan may touch, targets included. */
  readonly objects?: number
  /** Replicas that disruption budgets must still let go while one action runs. */
  readonly budgetHeadroom?: number
  /** @default 'ask' */
  readonly otherwise?: 'ask' | 'deny'
}

/**
 * Asks or denies when a plan reaches further than these caps; abstains otherwise. A cap on something that a preview does
 * not state asks a person. Throws `config`.
 */
export function blastRadiusCap(options: BlastRadiusCapOptions): Policy {
  const { otherwise: kind, ...caps } = readPolicy('blastRadiusCap', blastRadiusCapFields, options)
  const named = (['replicas', 'percentOfReady', 'objects', 'budgetHeadroom'] as const).flatMap((name) =>
    caps[name] === undefined ? [] : [`${name}=${caps[name]}`],
  )
  return {
    spec: 1,
    id: `blast-radius-cap:${named.join(',')}:${kind}`,
    decide({ plan }) {
      const excesses = plan.actions.flatMap((action) => excessOf(action, caps) ?? [])
      const objects = new Set(plan.actions.flatMap(touchedBy).map(resourceKey)).size
      if (caps.objects !== undefined && objects > caps.objects)
        excesses.push(`it touches ${objects} objects; the cap is ${caps.objects}`)
      const [excess] = excesses
      if (excess !== undefined) return { kind, because: excess }
      const [unstated] = plan.actions.flatMap((action) => unstatedBy(action, caps) ?? [])
      return unstated === undefined ? { kind: 'abstain' } : { kind: 'ask', because: unstated }
    },
  }
}

type Caps = Omit<BlastRadiusCapOptions, 'otherwise'>

function excessOf({ type, blastRadius }: PlannedAction, caps: Caps): string | undefined {
  const { replicas, percentOfReady, budgetHeadroom } = blastRadius
  if (caps.replicas !== undefined && replicas > caps.replicas)
    return `${type} takes ${replicas} replicas down at once; the cap is ${caps.replicas}`
  if (caps.percentOfReady !== undefined && percentOfReady !== undefined && percentOfReady > caps.percentOfReady)
    return `${type} takes ${percentOfReady} % of the ready replicas down at once; the cap is ${caps.percentOfReady} %`
  if (caps.budgetHeadroom !== undefined && budgetHeadroom !== undefined && budgetHeadroom < caps.budgetHeadroom)
    return `${type} leaves disruption budgets a headroom of ${budgetHeadroom}; at least ${caps.budgetHeadroom} must be left`
  return undefined
}

function unstatedBy({ type, blastRadius }: PlannedAction, caps: Caps): string | undefined {
  const names: readonly (keyof BlastRadius & keyof Caps)[] = ['percentOfReady', 'budgetHeadroom']
  const unstated = names.find((name) => caps[name] !== undefined && blastRadius[name] === undefined)
  return unstated && `${unstated} is capped, and the preview of ${type} does not state it`
}

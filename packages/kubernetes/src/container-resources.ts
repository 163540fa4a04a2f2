import type { Json } from '@mendkit/core'
import { z } from 'zod'
import { amountOf, sameAmount } from './quantity.ts'
import type { TemplateContainer } from './template-change.ts'

/** What is reserved and what is allowed. */
export const SIDES = ['requests', 'limits'] as const
/** The resources that are set; whatever else a container asks for stays. */
export const NAMES = ['cpu', 'memory'] as const

type Amounts = { readonly cpu: string | null; readonly memory: string | null }

/** CPU and memory of a container; `null` where nothing is said. */
export type ContainerResources = { readonly requests: Amounts; readonly limits: Amounts }

/** Some of it, as parameters name it. */
export type WantedResources = {
  readonly [Side in (typeof SIDES)[number]]?:
    | { readonly [Name in (typeof NAMES)[number]]?: string | undefined }
    | undefined
}

const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).nullish()
const resourcesSchema = z.looseObject({ requests: quantities, limits: quantities }).nullish()

/** Stored form of `ContainerResources`. */
export const resourcesState: z.ZodType<ContainerResources> = z.strictObject({
  requests: z.strictObject({ cpu: z.string().nullable(), memory: z.string().nullable() }),
  limits: z.strictObject({ cpu: z.string().nullable(), memory: z.string().nullable() }),
})

/** What a container of a template asks for now. */
export function resourcesOf(container: TemplateContainer): ContainerResources {
  const { requests, limits } = resourcesSchema.parse(container['resources']) ?? {}
  const amounts = (given: Readonly<Record<string, string>> | null | undefined) => ({
    cpu: given?.['cpu'] ?? null,
    memory: given?.['memory'] ?? null,
  })
  return { requests: amounts(requests), limits: amounts(limits) }
}

/** What it would ask for. An amount that is the same in other words stays as it is written. */
export function withWanted(now: ContainerResources, wanted: WantedResources): ContainerResources {
  const pick = (side: 'requests' | 'limits', name: 'cpu' | 'memory') => {
    const old = now[side][name]
    const given = wanted[side]?.[name]
    return given === undefined || sameAmount(given, old) ? old : given
  }
  const side = (which: 'requests' | 'limits') => ({ cpu: pick(which, 'cpu'), memory: pick(which, 'memory') })
  return { requests: side('requests'), limits: side('limits') }
}

const fieldsSchema = z.record(z.string(), z.json()).nullish()

/** The `resources` of a container that ask for this and leave everything else as it is. */
export function resourcesField(container: TemplateContainer, to: ContainerResources): Json {
  const { requests, limits, ...others } = fieldsSchema.parse(container['resources']) ?? {}
  const side = (old: Json | undefined, amounts: Amounts) => {
    const { cpu: _, memory: __, ...rest } = fieldsSchema.parse(old) ?? {}
    const set = Object.entries(amounts).filter(([, amount]) => amount !== null)
    return { ...rest, ...Object.fromEntries(set) }
  }
  const sides = { requests: side(requests, to.requests), limits: side(limits, to.limits) }
  return { ...others, ...Object.fromEntries(Object.entries(sides).filter(([, each]) => Object.keys(each).length > 0)) }
}

/** Why no container may ask for this, whatever the cluster has; `undefined` when it may. */
export function nonsenseIn({ requests, limits }: ContainerResources): string | undefined {
  const name = NAMES.find((each) => {
    const [request, limit] = [requests[each], limits[each]]
    return request !== null && limit !== null && (amountOf(request) ?? 0) > (amountOf(limit) ?? 0)
  })
  return name && `the limit of ${name} (${limits[name]}) would be below its request (${requests[name]})`
}

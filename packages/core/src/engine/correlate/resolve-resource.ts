import type { Alert } from '../../model/alert.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { ResourceMapping } from '../../model/settings.ts'
import type { CallContext } from '../../ports/context.ts'
import { checkedResource } from '../answers/resource.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { createTopmostOf, type TopmostOf } from './owners.ts'
import { resolveLabels } from './resolve-labels.ts'

/** What an alert is about, or which labels it carries and what to add. */
export type Resolution =
  | {
      readonly kind: 'resolved'
      readonly resource: Resource
      readonly topmost: Resource
      /** Present when its owners could not be read now and are not known from before: `topmost` is only the object itself. */
      readonly ownersOutOfReach?: true
    }
  | { readonly kind: 'unresolved'; readonly because: string }

/**
 * Finds the object that an alert is about: the host's mappings first, then the common label sets, then its owners up to
 * the topmost controller. Where no topology can tell (it fails, or the object is gone), what was known of this alert
 * before counts, else the object itself. Give `topmostOf` to share look-ups between alerts.
 */
export async function resolveResource(
  alert: Alert,
  parts: Parts,
  ctx: CallContext,
  topmostOf: TopmostOf = createTopmostOf(parts, ctx),
): Promise<Resolution> {
  const found = resolved(mapped(alert, parts)) ?? resolveLabels(alert.labels, alert.cluster)
  if (found.kind === 'unresolved') return found
  const { resource } = found
  const told = await topmostOf(resource)
  if (told.kind === 'known') return { kind: 'resolved', resource, topmost: told.resource }
  const remembered = rememberedTopmost(alert, resource)
  if (remembered !== undefined) return { kind: 'resolved', resource, topmost: remembered }
  const guessed = { kind: 'resolved', resource, topmost: resource } as const
  return told.kind === 'out-of-reach' ? { ...guessed, ownersOutOfReach: true } : guessed
}

function resolved(resource: Resource | undefined) {
  return resource === undefined ? undefined : ({ kind: 'resolved', resource } as const)
}

function mapped(alert: Alert, parts: Parts): Resource | undefined {
  for (const mapping of parts.mappings) {
    const answer = ask(mapping, alert, parts)
    if (answer !== undefined) return answer
  }
  return undefined
}

function ask(mapping: ResourceMapping, alert: Alert, parts: Parts): Resource | undefined {
  try {
    const answer = mapping.resource(alert.labels, alert.cluster)
    if (answer === undefined) return undefined
    const resource = checkedResource(answer)
    if (resource !== undefined) return resource
    throw new TypeError('it answered something that is no resource')
  } catch (error) {
    parts.metrics.count('mendkit_mapping_failures_total', { mapping: mapping.id })
    parts.log.warn(describeFailure(`mapping ${mapping.id} failed for alert ${alert.id}`, error))
    return undefined
  }
}

function rememberedTopmost(alert: Alert, resource: Resource): Resource | undefined {
  const same = alert.resource !== undefined && resourceKey(alert.resource) === resourceKey(resource)
  return same ? alert.topmost : undefined
}

import type { Labels } from '../../model/alert.ts'
import type { Resource } from '../../model/resource.ts'
import { checkedResource } from '../answers/resource.ts'
import { missingLabels, resourceOfLabels } from './common-labels.ts'

/** The object that labels name, or which labels there are and what to add. */
export type LabelResolution =
  | { readonly kind: 'resolved'; readonly resource: Resource }
  | { readonly kind: 'unresolved'; readonly because: string }

/**
 * Finds the object that an alert with these labels is about by the common label sets alone, without a host's mappings and
 * without asking for owners. `cluster` is that of alerts without a label of this name.
 */
export function resolveLabels(labels: Labels, cluster: string): LabelResolution {
  const resource = checkedResource(resourceOfLabels(labels, cluster))
  return resource === undefined
    ? { kind: 'unresolved', because: unresolvedBecause(labels) }
    : { kind: 'resolved', resource }
}

function unresolvedBecause(labels: Labels): string {
  const seen = Object.keys(labels).filter((name) => name !== 'alertname')
  const has = seen.length === 0 ? 'no label beside its name' : `the labels ${seen.slice(0, 20).join(', ')}`
  return `it has ${has}, which name no object; add ${missingLabels(labels)}, or a mapping in settings.mappings`
}

import { type Resource, resolveLabels } from '@mendkit/core'
import type { Series } from './series.ts'

/**
 * The object that a series is about, by the same label sets by which the object of an alert is found; undefined without a
 * cluster or an object.
 */
export function seriesResource({ labels }: Series, cluster = labels['cluster']): Resource | undefined {
  if (cluster === undefined || cluster === '') return undefined
  const found = resolveLabels(labels, cluster)
  return found.kind === 'resolved' ? found.resource : undefined
}

/** A series as PromQL writes it, such as `up{job="api"}`. */
export function seriesName({ labels }: Series): string {
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return `${name}{${pairs.join(', ')}}`
}

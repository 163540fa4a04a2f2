import { hash } from 'node:crypto'
import type { Labels } from '../../model/alert.ts'

/** Labels in the order of their names, without empty ones: Prometheus counts an empty label as absent. */
export function normalizeLabels(labels: Labels): Labels {
  return isNormalized(labels) ? labels : sortedLabels(labels)
}

/** Alertmanager and Prometheus send their labels in order. */
function isNormalized(labels: Labels): boolean {
  let before = ''
  for (const name in labels) {
    if (name < before || labels[name] === '') return false
    before = name
  }
  return true
}

function sortedLabels(labels: Labels): Labels {
  const names = Object.keys(labels).filter((name) => labels[name] !== '')
  return Object.fromEntries(names.sort().map((name) => [name, labels[name] as string]))
}

/** Digest of a normalized label set: equal sets of labels, whatever their order, have equal fingerprints. */
export function fingerprintOf(labels: Labels): string {
  let text = ''
  for (const name in labels) {
    const value = labels[name] as string
    // Lengths keep `a="bc"` and `ab="c"` apart without escaping.
    text += `${name.length}:${name}${value.length}:${value}`
  }
  return hash('sha256', text)
}

/** Digest of source, cluster and fingerprint: the identity of an alert within its tenant. */
export function alertIdOf(source: string, cluster: string, fingerprint: string): string {
  return hash('sha256', `${source.length}:${source}${cluster.length}:${cluster}${fingerprint}`)
}

/**
 * The cluster of an alert: its own `cluster` label when that names a cluster of the integrations, else the batch's, else
 * the only cluster that the integrations name, else `default`.
 */
export function clusterOf(labels: Labels, batchCluster: string | undefined, known: readonly string[]): string {
  const label = labels['cluster']
  if (label !== undefined && known.includes(label)) return label
  return batchCluster ?? (known.length === 1 ? known[0] : undefined) ?? 'default'
}

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

/** Labels as text; equal for normalized sets that are equal, whatever their order was. */
export function labelsText(labels: Labels): string {
  return JSON.stringify(labels)
}

/** Digest of a normalized label set, given as `labelsText`. */
export function fingerprintOf(text: string): string {
  return hash('sha256', text)
}

/** Of the fingerprint, so many characters stand in an id, and so many of a digest of source, cluster and alertname. */
const idParts = { fingerprint: 48, origin: 16 } as const

/** What an id tells of an alert beside its fingerprint. */
interface Origin {
  readonly cluster: string
  readonly alertname: string
}

/**
 * Makes ids for the alerts of one source from their clusters, names and fingerprints: an alert's identity within its tenant.
 * The fingerprint tells the name already; it stands there again so that ids of alerts that come together have something in
 * common, by which a store can keep them together.
 */
export function alertIds(source: string): (origin: Origin, fingerprint: string) => string {
  let last: (Origin & { readonly digest: string }) | undefined
  return ({ cluster, alertname }, fingerprint) => {
    // Neighbours share their origin, so that an alert costs one digest only.
    if (cluster !== last?.cluster || alertname !== last.alertname) {
      last = { cluster, alertname, digest: originOf(source, cluster, alertname) }
    }
    return fingerprint.slice(0, idParts.fingerprint) + last.digest
  }
}

/** Lengths keep `a` of `bc` and `ab` of `c` apart without escaping. */
function originOf(...texts: readonly string[]): string {
  const text = texts.map((each) => `${each.length}:${each}`).join('')
  return hash('sha256', text).slice(0, idParts.origin)
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

import type { LabelledResource, Resource } from '../model/resource.ts'
import { isObjectName } from './names.ts'
import { redact } from './redact.ts'

/** A resource whose parts have passed the redactor; equal for equal resources, and nearly always the very same. */
export function redactResource(resource: Resource): Resource {
  const { cluster, apiVersion, kind, namespace, name, uid } = resource
  return {
    cluster: part(cluster),
    apiVersion: part(apiVersion),
    kind: part(kind),
    name: part(name),
    ...(namespace !== undefined && { namespace: part(namespace) }),
    ...(uid !== undefined && { uid: part(uid) }),
  }
}

/** The same with its labels, whose names stay: what a selector looks for is still found unless it looks like a secret. */
export function redactLabelled(resource: LabelledResource): LabelledResource {
  const labels = Object.entries(resource.labels).map(([name, value]) => [redact(name), redact(value)] as const)
  return { ...redactResource(resource), labels: Object.fromEntries(labels) }
}

function part(text: string): string {
  return isObjectName(text) ? text : redact(text)
}

const parts = ['cluster', 'apiVersion', 'kind', 'namespace', 'name', 'uid'] as const

/** The first part of a resource that may not stand in the clear; undefined when all may. */
export function resourceFault(resource: Resource): (typeof parts)[number] | undefined {
  return parts.find((name) => !isObjectName(resource[name] ?? 'absent'))
}

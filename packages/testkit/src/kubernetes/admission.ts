import type { z } from 'zod'
import { conflicted, invalidObject, type StatusCause } from './api-errors.ts'
import { sameJson } from './canonical.ts'
import { qualified } from './resources.ts'
import { isKind, type StoredObject, schemaFor } from './schemas.ts'
import { selectorMatcher } from './selectors.ts'

/** What the API server says of an object that is not in the version that was meant. */
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

/** Kinds that make pods from a template, which their selector must match. */
const withTemplate = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'] as const

/** Validation and defaults; on an update also what must not change. */
export function admit(object: unknown, before: StoredObject | undefined): StoredObject {
  const { kind, metadata } = object as StoredObject
  const parsed = schemaFor(kind).safeParse(object)
  if (!parsed.success) throw invalidObject(kind, metadata.name, parsed.error.issues.map(causeOf))
  const checked = parsed.data as StoredObject
  const causes = [...selectorCauses(checked), ...(before === undefined ? [] : immutableCauses(before, checked))]
  if (causes.length > 0) throw invalidObject(kind, metadata.name, causes)
  if (before !== undefined) checkIdentity(before, checked)
  return checked
}

function checkIdentity(before: StoredObject, after: StoredObject): void {
  const resource = qualified(before.apiVersion, before.kind)
  const { name, uid, resourceVersion } = before.metadata
  if (after.metadata.uid !== uid) {
    throw conflicted(
      resource,
      name,
      `Precondition failed: UID in precondition: ${after.metadata.uid}, UID in object meta: ${uid}`,
    )
  }
  if (after.metadata.resourceVersion !== resourceVersion) {
    throw conflicted(resource, name, MODIFIED)
  }
}

function selectorCauses(object: StoredObject): StatusCause[] {
  if (!isKind(object, ...withTemplate)) return []
  const { spec } = object
  if (selectorMatcher(spec.selector)(spec.template.metadata.labels)) return []
  return [{ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels', message: '`selector` does not match' }]
}

function immutableCauses(before: StoredObject, after: StoredObject): StatusCause[] {
  if (!isKind(before, ...withTemplate) || !isKind(after, ...withTemplate)) return []
  if (sameJson(before.spec.selector, after.spec.selector)) return []
  return [{ reason: 'FieldValueInvalid', field: 'spec.selector', message: 'field is immutable' }]
}

function causeOf(issue: z.core.$ZodIssue): StatusCause {
  return { reason: 'FieldValueInvalid', field: issue.path.join('.'), message: issue.message }
}

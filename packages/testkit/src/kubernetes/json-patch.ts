import type { Json, JsonObject } from '@mendkit/core'
import { patchRefused } from './api-errors.ts'
import { copyJson, sameJson } from './canonical.ts'
import type { SimulatedPatch, SimulatedPatchOperation } from './shapes.ts'

type Mutable = { [key: string]: Mutable } | Mutable[] | string | number | boolean | null

/** Applies a patch to a copy. Throws the API server's 422 when a test fails or a path is not there. */
export function applyPatch(document: unknown, patch: SimulatedPatch): unknown {
  if (patch.type === 'merge') return merge(document as Json, patch.document)
  const root = { value: copyJson(document) as Mutable }
  for (const operation of patch.operations) applyOperation(root, operation)
  return root.value
}

function applyOperation(root: { value: Mutable }, operation: SimulatedPatchOperation): void {
  const path = operation.path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const key = path.pop()
  if (key === undefined) throw patchRefused()
  let parent: Mutable | undefined = root.value
  for (const step of path) parent = child(parent, step)
  if (operation.op === 'test') {
    // A missing field equals null here, as in the library that the API server uses.
    if (!sameJson(child(parent, key) ?? null, operation.value)) throw patchRefused()
    return
  }
  if (Array.isArray(parent)) applyToArray(parent, key, operation)
  else if (typeof parent === 'object' && parent !== null) applyToObject(parent, key, operation)
  else throw patchRefused()
}

function applyToArray(parent: Mutable[], key: string, operation: SimulatedPatchOperation): void {
  const index = key === '-' && operation.op === 'add' ? parent.length : Number(key)
  const last = operation.op === 'add' ? parent.length : parent.length - 1
  if (!Number.isInteger(index) || index < 0 || index > last) throw patchRefused()
  if (operation.op === 'remove') parent.splice(index, 1)
  else parent.splice(index, operation.op === 'add' ? 0 : 1, copyJson(operation.value) as Mutable)
}

function applyToObject(parent: { [key: string]: Mutable }, key: string, operation: SimulatedPatchOperation): void {
  // Only a removal needs the key to be there: the API server's library lets `replace` add one, unlike RFC 6902.
  if (operation.op === 'remove' && !Object.hasOwn(parent, key)) throw patchRefused()
  if (operation.op === 'remove') delete parent[key]
  else if (operation.op !== 'test') parent[key] = copyJson(operation.value) as Mutable
}

function child(parent: Mutable | undefined, key: string): Mutable | undefined {
  if (Array.isArray(parent)) return parent[Number(key)]
  return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key) ? parent[key] : undefined
}

/** RFC 7386: null removes, objects merge, everything else replaces. */
function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result: { [key: string]: Json } = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merge(result[key], value)
  }
  return result
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

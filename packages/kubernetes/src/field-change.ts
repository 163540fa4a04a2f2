import { type Json, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { JsonPatchOperation, KubernetesObject } from './kubernetes-client.ts'

/** One field that is to have a value; `undefined` takes it away. All that leads to it must be there. */
export interface FieldChange {
  readonly path: readonly (string | number)[]
  readonly to: Json | undefined
}

/** The steps of a patch that make a change if the field still has the value that it has in `object`. */
export function changeOperations(object: KubernetesObject, { path, to }: FieldChange): readonly JsonPatchOperation[] {
  const pointer = path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  const from = valueAt(object, path)
  // A field that is not there equals null in a test.
  const test = { op: 'test', path: pointer, value: from === undefined ? null : jsonOf(from) } as const
  if (to === undefined) return from === undefined ? [] : [test, { op: 'remove', path: pointer }]
  return [test, { op: from === undefined ? 'add' : 'replace', path: pointer, value: to }]
}

/** The object as a change would make it, without asking the API server. */
export function withChange(object: KubernetesObject, { path, to }: FieldChange): KubernetesObject {
  return changed(object, path, to) as KubernetesObject
}

/** What an object holds at a path; `undefined` when there is nothing. */
export function valueAt(value: unknown, [key, ...rest]: FieldChange['path']): unknown {
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return valueAt((value as Record<string | number, unknown>)[key], rest)
}

function changed(value: unknown, [key, ...rest]: FieldChange['path'], to: Json | undefined): unknown {
  if (key === undefined) return to
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? changed(item, rest, to) : item))
  const { [key]: old, ...others } = value as Record<string | number, unknown>
  const next = changed(old, rest, to)
  return next === undefined ? others : { ...others, [key]: next }
}

const anyJson = z.json()

function jsonOf(value: unknown): Json {
  const parsed = anyJson.safeParse(value)
  if (parsed.success) return parsed.data
  throw new MendkitError('bad-response', 'an object of the cluster holds something that is not JSON')
}

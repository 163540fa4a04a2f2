import type { Json, JsonObject } from '../model/json.ts'
import type { RedactedJson } from '../model/redacted.ts'
import { redact } from './redact.ts'
import { isCount, marker, secretKind } from './secret-keys.ts'

const maxDepth = 64

/**
 * The same value with every text redacted. Under a field whose name means a secret (`password`, `apiKey`,
 * `authorization`, `credentials` …), and in the `value` beside a `name` that does, all texts and numbers go. What lies
 * deeper than 64 levels is replaced as a whole. The argument is not changed.
 */
export function redactJson(value: Json): Json {
  return redactBelow(value, undefined, 0)
}

/** As `redactJson`, of an object: what may become part of a model call. */
export function redactObject(value: JsonObject): RedactedJson {
  return redactBelow(value, undefined, 0) as RedactedJson
}

function redactBelow(value: Json, secret: string | undefined, depth: number): Json {
  if (depth > maxDepth) return marker('depth')
  if (typeof value === 'string') return secret === undefined || value === '' ? redact(value) : marker(secret)
  if (typeof value === 'number') return secret === undefined || isCount(secret) ? value : marker(secret)
  if (value === null || typeof value === 'boolean') return value
  if (isList(value)) return value.map((item) => redactBelow(item, secret, depth + 1))
  if (secret !== undefined && isReference(value)) return redactBelow(value, undefined, depth)
  const named = typeof value['name'] === 'string' ? secretKind(value['name']) : undefined
  const fields = Object.entries(value).map(([key, field]) => {
    const kind = secret ?? secretKind(key) ?? (key === 'value' ? named : undefined)
    return [redact(key), redactBelow(field, kind, depth + 1)] as const
  })
  return Object.fromEntries(fields)
}

/** How Kubernetes says which Secret or token is meant; none of these fields holds one. */
const referenceFields: ReadonlySet<string> = new Set(
  [
    'name',
    'namespace',
    'kind',
    'apiVersion',
    'uid',
    'resourceVersion',
    'fieldPath',
    'key',
    'optional',
    'items',
    'path',
    'mode',
  ].concat(['secretName', 'defaultMode', 'audience', 'expirationSeconds']),
)

function isReference(value: JsonObject): boolean {
  const names = Object.keys(value)
  const telling = names.some((name) => name === 'secretName' || name === 'name' || name === 'path')
  return telling && names.every((name) => referenceFields.has(name))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

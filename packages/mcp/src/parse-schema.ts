import type { Json, JsonObject } from '@mendkit/core'

/** Values in one schema, references filled in; a schema that refers to itself or multiplies reaches it soon. */
const maxValues = 500
const maxDepth = 12
/** Letters of one text that is a choice. */
const maxChoice = 100

const fieldName = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
/** Without control characters. */
const plain = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const isType = (value: unknown) =>
  typeof value === 'string' && ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'].includes(value)

/** Keywords that are taken over as they are, and what their values must be. */
const keywords: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
  const: isChoice,
  enum: (value) => Array.isArray(value) && value.length > 0 && value.every(isChoice),
  ...Object.fromEntries(
    [
      'minimum',
      'maximum',
      'exclusiveMinimum',
      'exclusiveMaximum',
      'minLength',
      'maxLength',
      'minItems',
      'maxItems',
    ].map((each) => [each, (value: unknown) => typeof value === 'number' && Number.isFinite(value)]),
  ),
}

/** Keywords that decide what an input may be and that are not understood here. */
const refused = ['allOf', 'not', 'if', 'dependentSchemas', 'dependentRequired', 'prefixItems', '$dynamicRef']

/**
 * The input schema of a tool, rebuilt from the keywords that are understood, with local references filled in and closed to
 * fields that it does not name. Words for people are left out, and so are patterns: one may take for ever. Answers a text that
 * says what is wrong with a schema that cannot be used.
 */
export function parseSchema(given: Readonly<Record<string, unknown>>): JsonObject | string {
  let values = 0

  function rebuild(node: unknown, depth: number): JsonObject {
    values += 1
    if (values > maxValues || depth > maxDepth) throw new UnusableSchema('is too large, or refers to itself')
    if (node === true) return {}
    if (!isRecord(node)) throw new UnusableSchema('holds what is no schema')
    if ('$ref' in node) return rebuild(resolve(given, node['$ref']), depth + 1)
    const unknown = refused.find((each) => each in node)
    if (unknown !== undefined) throw new UnusableSchema(`uses ${unknown}, which is not understood`)
    const rebuilt: Record<string, Json> = {}
    for (const [keyword, isRight] of Object.entries(keywords)) {
      if (!(keyword in node)) continue
      if (!isRight(node[keyword])) throw new UnusableSchema(`has a wrong ${keyword}`)
      // It was just seen to be text, numbers and lists of them.
      rebuilt[keyword] = node[keyword] as Json
    }
    if ('items' in node) rebuilt['items'] = rebuild(node['items'], depth + 1)
    for (const either of ['anyOf', 'oneOf']) {
      const branches = node[either]
      if (branches === undefined) continue
      if (!Array.isArray(branches) || branches.length === 0) throw new UnusableSchema(`has a wrong ${either}`)
      rebuilt[either] = branches.map((each) => rebuild(each, depth + 1))
    }
    return { ...rebuilt, ...fields(node, depth) }
  }

  function fields(node: Readonly<Record<string, unknown>>, depth: number): JsonObject {
    const { properties, required = [] } = node
    if (properties === undefined && node['type'] !== 'object') return {}
    if (properties !== undefined && !isRecord(properties)) throw new UnusableSchema('has wrong properties')
    const entries = Object.entries(properties ?? {})
    const badName = entries.some(([field]) => !fieldName.test(field))
    if (badName) throw new UnusableSchema('has a field whose name is no plain word')
    if (!Array.isArray(required) || !required.every((each) => entries.some(([field]) => field === each)))
      throw new UnusableSchema('requires a field that it does not have')
    return {
      properties: Object.fromEntries(entries.map(([field, schema]) => [field, rebuild(schema, depth + 1)])),
      required: [...required],
      additionalProperties: false,
    }
  }

  try {
    if (given['type'] !== 'object') return 'is not of type object'
    return rebuild(given, 0)
  } catch (error) {
    if (error instanceof UnusableSchema) return error.message
    throw error
  }
}

class UnusableSchema extends Error {}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isChoice(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= maxChoice && plain.test(value)
  return value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

function resolve(root: Readonly<Record<string, unknown>>, reference: unknown): unknown {
  const [, place, name] =
    typeof reference === 'string' ? (/^#\/(\$defs|definitions)\/([^/~%]+)$/.exec(reference) ?? []) : []
  const definitions = place === undefined ? undefined : root[place]
  if (name === undefined || !isRecord(definitions) || !Object.hasOwn(definitions, name))
    throw new UnusableSchema('refers to what it does not define')
  return definitions[name]
}

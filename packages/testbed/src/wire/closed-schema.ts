const unknown = new Set([
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'maxItems'],
  ...['uniqueItems', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties', 'not', 'if', 'oneOf'],
])

/** Why Anthropic would refuse to hold a model to this schema; undefined when it would not. */
export function closedProblem(schema: unknown, path = 'schema'): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { type, additionalProperties } = schema as Readonly<Record<string, unknown>>
  if (type === 'object' && additionalProperties !== false) {
    return `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`
  }
  for (const [key, part] of Object.entries(schema)) {
    if (unknown.has(key) && type !== undefined)
      return `${path}: For '${JSON.stringify(type)}' type, property '${key}' is not supported`
    const problem = closedProblem(part, `${path}.${key}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

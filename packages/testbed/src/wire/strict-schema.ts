/** Why OpenAI would refuse to hold a model strictly to this schema; undefined when it would not. */
export function strictProblem(schema: unknown, path = 'schema'): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  const { type, properties, required, additionalProperties } = schema as Readonly<Record<string, unknown>>
  if (type === 'object' || properties !== undefined) {
    if (additionalProperties !== false)
      return `${path}: 'additionalProperties' is required to be supplied and to be false`
    const names = Object.keys((properties as object | undefined) ?? {})
    const missing = names.find((name) => !Array.isArray(required) || !required.includes(name))
    if (missing !== undefined) return `${path}: 'required' must include every key in properties. Missing '${missing}'`
  }
  for (const [key, part] of Object.entries(schema)) {
    // These hold values.
    if (key === 'default' || key === 'const' || key === 'enum') continue
    const problem = strictProblem(part, `${path}.${key}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

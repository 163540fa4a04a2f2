/** A JSON merge patch (RFC 7386): objects are merged, null removes, everything else replaces. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(value) ? { ...value } : {}
  for (const [key, each] of Object.entries(patch)) {
    if (each === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], each)
  }
  return merged
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

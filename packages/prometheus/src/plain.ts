/** Whether a value is a plain object of texts, none of them under a name that the schemas leave out. */
export function areTexts(value: unknown): value is Readonly<Record<string, string>> {
  if (!isPlain(value)) return false
  for (const name in value) {
    // The schema leaves this name out.
    if (typeof value[name] !== 'string' || name === '__proto__') return false
  }
  return true
}

/** Whether a value is an object as JSON has them. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

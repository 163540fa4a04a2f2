/** Milliseconds after which a server says that a try makes sense: of a number of seconds, or of a date. Undefined when it says nothing. */
export function parseRetryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const exact = headers['retry-after-ms']
  if (exact && Number.isFinite(Number(exact))) return Math.max(0, Number(exact))
  const said = headers['retry-after']
  if (!said) return undefined
  const seconds = Number(said)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(said)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

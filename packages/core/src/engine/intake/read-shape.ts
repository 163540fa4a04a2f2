import type { AlertShape } from './alert-schema.ts'

/**
 * The shape of a plain alert, as `alertSchema` reads it at many times the cost. undefined for whatever is not plainly right: that
 * is left to the schema, which alone refuses and says why.
 */
export function readShape(input: unknown): AlertShape | undefined {
  if (!isPlain(input)) return undefined
  const { status, startsAt, endsAt, generatorUrl } = input
  const labels = copiedTexts(input['labels'])
  const given = input['annotations']
  const annotations = given === undefined ? undefined : copiedTexts(given)
  if (labels === undefined || (given !== undefined && annotations === undefined)) return undefined
  if (!isTextOrAbsent(startsAt) || !isTextOrAbsent(endsAt) || !isTextOrAbsent(generatorUrl)) return undefined
  if (status !== undefined && status !== 'firing' && status !== 'resolved' && status !== 'suppressed') return undefined
  return { labels, annotations, status, startsAt, endsAt, generatorUrl }
}

/** A copy, because the caller's own object may change before it is stored. */
function copiedTexts(value: unknown): Record<string, string> | undefined {
  if (!isPlain(value)) return undefined
  const copy: Record<string, unknown> = { ...value }
  return areTexts(copy) ? copy : undefined
}

function areTexts(value: Readonly<Record<string, unknown>>): value is Record<string, string> {
  for (const name in value) {
    // The schema leaves this name out.
    if (typeof value[name] !== 'string' || name === '__proto__') return false
  }
  return true
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

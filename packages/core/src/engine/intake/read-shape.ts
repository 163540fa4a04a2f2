import { type AlertShape, type BatchShape, isBatchName } from './alert-schema.ts'

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

/** The shape of a plain batch, as `batchSchema` reads it; undefined when the schema must judge it. */
export function readBatchShape(input: unknown): BatchShape | undefined {
  if (!isPlain(input)) return undefined
  const { tenant, source, cluster, complete, asOf, delivery = 'read', alerts, unreadable = 0 } = input
  if (!isBatchName(tenant) || !isBatchName(source) || !(cluster === undefined || isBatchName(cluster))) return undefined
  if (typeof complete !== 'boolean' || typeof asOf !== 'string' || !isList(alerts)) return undefined
  if (delivery !== 'read' && delivery !== 'pushed') return undefined
  if (!isCount(unreadable)) return undefined
  return { tenant, source, cluster, complete, asOf, delivery, alerts: alerts.slice(), unreadable }
}

/** A copy, because the caller's own object may change before it is stored. */
function copiedTexts(value: unknown): Record<string, string> | undefined {
  // The schema leaves out what is named by no text.
  if (!isPlain(value) || Object.getOwnPropertySymbols(value).length > 0) return undefined
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

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

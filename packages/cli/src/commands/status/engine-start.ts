import { type AuditEntry, type CallContext, parseAuditEntry, type Store } from '@mendkit/core'
import { z } from 'zod'

/** Tenant in whose log the engine tells of itself. */
const engineTenant = 'default'
const pageSize = 1_000
/** Entries that are looked through, newest first. */
const lookBack = 50_000

/** A start of a host, and its end when the log tells of one. */
export interface EngineStart {
  readonly id: string
  readonly version: string
  readonly startedAt: string
  /** Absent while it runs, and when it ended without a word. */
  readonly stoppedAt?: string
  readonly integrations: readonly string[]
}

const started = z.looseObject({ version: z.string(), integrations: z.array(z.string()) })

/** The newest start among the newest 50,000 entries of the log; entries that cannot be read are passed over. */
export async function newestStart(store: Store, ctx: CallContext): Promise<EngineStart | undefined> {
  const { size } = await store.auditHead(engineTenant, ctx)
  const stops = new Map<string, string>()
  for (let end = size; end > 0 && size - end < lookBack; end -= pageSize) {
    const from = Math.max(0, end - pageSize)
    const page = await store.readAudit({ tenant: engineTenant, from, limit: end - from }, ctx)
    for (const { bytes } of page.toReversed()) {
      const entry = readable(bytes)
      if (entry?.type === 'engine-stopped' && !stops.has(entry.subject.id)) stops.set(entry.subject.id, entry.ts)
      const data = entry?.type === 'engine-started' ? started.safeParse(entry.data).data : undefined
      if (entry === undefined || data === undefined) continue
      const { version, integrations } = data
      const stoppedAt = stops.get(entry.subject.id)
      const stop = stoppedAt === undefined ? {} : { stoppedAt }
      return { id: entry.subject.id, version, startedAt: entry.ts, ...stop, integrations }
    }
  }
  return undefined
}

function readable(bytes: Uint8Array): AuditEntry | undefined {
  try {
    return parseAuditEntry(bytes)
  } catch {
    // Telling of a damaged log is the business of `audit verify`.
    return undefined
  }
}

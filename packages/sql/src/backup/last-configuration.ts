import { type AuditStore, MendkitError, parseAuditEntry } from '@mendkit/core'
import { z } from 'zod'
import { patiently } from './audit-of.ts'
import type { BackupManifest } from './manifest.ts'

/** Tenant in whose log engines tell of themselves. */
const engineTenant = 'default'
const pageSize = 1_000
/** Entries that are looked through, newest first. */
const lookBack = 20_000

const started = z.looseObject({ version: z.string(), configuration: z.string().regex(/^[0-9a-f]{64}$/) })

/** What the newest start of a host says of its configuration; undefined when none of the newest 20,000 entries is a start. */
export async function lastConfiguration(audit: AuditStore): Promise<BackupManifest['configuration']> {
  const { size } = await audit.auditHead(engineTenant, patiently())
  for (let end = size; end > 0 && size - end < lookBack; end -= pageSize) {
    const from = Math.max(0, end - pageSize)
    const page = await audit.readAudit({ tenant: engineTenant, from, limit: end - from }, patiently())
    for (const { bytes } of page.toReversed()) {
      const entry = readable(bytes)
      const data = entry?.type === 'engine-started' ? started.safeParse(entry.data).data : undefined
      if (entry === undefined || data === undefined) continue
      return { digest: data.configuration, version: data.version, startedAt: entry.ts }
    }
  }
  return undefined
}

function readable(bytes: Uint8Array) {
  try {
    return parseAuditEntry(bytes)
  } catch (error) {
    if (!MendkitError.is(error, 'corrupt')) throw error
    // A damaged entry is kept as it is; verification tells of it.
    return undefined
  }
}

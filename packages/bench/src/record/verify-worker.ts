import { sha256, systemClock, verifyAudit } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { tenant } from './drafts.ts'

// Reads a log once, page by page: verifies it, or only hashes each entry. Arguments: which, database file, verifier key. Prints
// seconds, resident memory at its highest in MiB, and how many entries there were.
const [which, file = '', key = ''] = process.argv.slice(2)
const ctx = callContext()
const store = sqlStore(file)
await store.open({ clock: systemClock }, ctx)
const began = performance.now()
const entries = which === 'verify' ? await verify() : await hashAll()
const seconds = (performance.now() - began) / 1_000
console.log(JSON.stringify({ seconds, entries, mebibytes: process.resourceUsage().maxRSS / 1_024 }))
await store.close()

async function verify(): Promise<number> {
  const found = await verifyAudit(store, tenant, { trust: [key] }, ctx)
  if (!found.verified || !found.signed) throw new Error(`the log is not valid: ${JSON.stringify(found.findings[0])}`)
  return found.entries
}

async function hashAll(): Promise<number> {
  let from = 0
  for (;;) {
    const page = await store.readAudit({ tenant, from, limit: 512 }, ctx)
    for (const { bytes } of page) sha256(bytes)
    from += page.length
    if (page.length < 512) return from
  }
}

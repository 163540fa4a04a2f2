import { MendkitError } from '../../errors.ts'
import type { LogKeyCertificate } from '../../model/log-key.ts'
import type { CallContext } from '../../ports/context.ts'
import type { KeyCertifier } from '../../ports/key-certifier.ts'
import { createAnchorStates } from '../anchors/anchor-state.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { askCertificate, storeCertificate, type UncertifiedKey, uncertifiedKey } from './certify-log.ts'
import { readPatience } from './patience.ts'

/** What one look at the keys of all logs came to. */
export interface CertifyPass {
  /** Logs whose key is not certified after it. */
  readonly uncertified: number
  /** Since when the certifier fails, ms since 1970 by the store's time; absent when it does not. */
  readonly since?: number
}

const pageSize = 1_000

/**
 * Makes the looks of one process, which ask for one certificate at a time and end their asking at the first failure. Between two
 * of them it remembers of each log at which size its key was certified.
 */
export function certifyPasses(parts: Parts, certifier: KeyCertifier): (ctx: CallContext) => Promise<CertifyPass> {
  const seen = createAnchorStates()(certifier.id)
  const label = { certifier: certifier.id }
  /** Where the certifier failed: the next asking begins behind it, so that no log keeps others from their turn. */
  let failedAt: string | undefined

  return async (ctx) => {
    const patience = await readPatience(parts, certifier, ctx)
    const { mayAsk } = patience
    const begin = failedAt
    let isAsking = mayAsk && begin === undefined
    let { since } = patience
    let isAnswered = false

    async function asked(key: UncertifiedKey): Promise<LogKeyCertificate | undefined> {
      try {
        const certificate = await askCertificate(parts, certifier, key, ctx)
        isAnswered = true
        return certificate
      } catch (error) {
        ctx.signal.throwIfAborted()
        isAsking = false
        failedAt = key.tenant
        parts.metrics.count('mendkit_key_certifier_failures_total', label)
        const what = `key certifier ${certifier.id} did not certify the key of the log of tenant ${key.tenant}; it is asked again`
        parts.log.warn(describeFailure(what, error))
        since = await patience.failed(error)
        return undefined
      }
    }

    async function isCertified(tenant: string): Promise<boolean> {
      const key = await uncertifiedKey(parts, certifier, tenant, ctx)
      if (key === undefined) return true
      const certificate = isAsking && key.isOwn ? await asked(key) : undefined
      if (certificate === undefined || !(await storeCertificate(parts, key, certificate, ctx))) return false
      parts.metrics.count('mendkit_log_keys_certified_total', label)
      return true
    }

    async function look(tenant: string, size: number): Promise<boolean> {
      if (seen.seen(tenant) === size) return true
      try {
        if (!(await isCertified(tenant))) return false
        seen.see(tenant, size)
        return true
      } catch (error) {
        if (ctx.signal.aborted || MendkitError.is(error, 'unavailable')) throw error
        // What is wrong with one log keeps no other back.
        parts.log.warn(describeFailure(`the key of the log of tenant ${tenant} is not certified`, error))
        return false
      }
    }

    if (mayAsk) failedAt = undefined
    let uncertified = 0
    for (let after: string | undefined; ; ) {
      const page = await parts.store.auditLogs({ limit: pageSize, ...(after !== undefined && { after }) }, ctx)
      for (const { tenant, size } of page) {
        if (!(await look(tenant, size))) uncertified += 1
        if (mayAsk && tenant === begin) isAsking = true
      }
      after = page.at(-1)?.tenant
      if (page.length < pageSize) break
    }
    if (isAnswered && isAsking) {
      await patience.answered()
      since = undefined
    }
    return { uncertified, ...(since !== undefined && { since }) }
  }
}

import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import { once } from '../../once.ts'
import type { CallContext } from '../../ports/context.ts'
import type { KeyCertifier } from '../../ports/key-certifier.ts'
import { engineTenant } from '../engine-tenant.ts'
import type { Parts } from '../parts.ts'

/** How a certifier fares, as all hosts know it; times are those of the store. */
interface CertifierTrouble {
  /** Failures in a row. */
  readonly failures: number
  /** When the first of them was, ms since 1970. */
  readonly since: number
  /** Nobody asks before. */
  readonly retryAt: number
}

const shape = once(() => z.object({ failures: z.int().min(1), since: z.number(), retryAt: z.number() }))

/** The first wait is a minute, each later one twice as long, up to an hour. */
const firstRetryMs = 60_000
const longestRetryMs = 3_600_000

function troubleId({ id }: KeyCertifier): string {
  return `key-certifier-trouble:${id}`
}

/** How a certifier fares now. */
export interface Patience {
  /** Since when it fails, ms since 1970; absent when it does not. */
  readonly since?: number
  /** Whether it may be asked. */
  readonly mayAsk: boolean
  /** Notes down that it failed, and answers since when. */
  failed(error: unknown): Promise<number>
  /** Notes down that it answered. */
  answered(): Promise<void>
}

/** Reads how a certifier fares. All hosts wait together; of two that write at once the first counts. */
export async function readPatience(parts: Parts, certifier: KeyCertifier, ctx: CallContext): Promise<Patience> {
  const id = troubleId(certifier)
  const setting = await parts.store.get('setting', engineTenant, id, ctx)
  const { data: trouble } = shape().safeParse(setting?.value)
  const now = await parts.store.now(ctx)

  async function write(value: CertifierTrouble | null): Promise<void> {
    const row = { tenant: engineTenant, id, value: value && { ...value }, revision: setting?.revision ?? 0 }
    const put = [{ kind: 'document', table: 'setting', row }] as const
    await parts.store.commit({ tenant: engineTenant, expect: [], put, audit: [] }, ctx)
  }

  return {
    ...(trouble && { since: trouble.since }),
    // A wait longer than any that is ever set is that of a clock that was set back.
    mayAsk: trouble === undefined || trouble.retryAt <= now || trouble.retryAt - now > longestRetryMs,
    async failed(error) {
      const { failures, since } = trouble ?? { failures: 0, since: now }
      const retryAfterMs = MendkitError.is(error) ? (error.retryAfterMs ?? 0) : 0
      const waitMs = Math.min(Math.max(firstRetryMs * 2 ** Math.min(failures, 10), retryAfterMs), longestRetryMs)
      await write({ failures: failures + 1, since, retryAt: now + waitMs })
      return since
    },
    async answered() {
      if (trouble !== undefined) await write(null)
    },
  }
}

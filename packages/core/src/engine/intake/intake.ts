import { MendkitError } from '../../errors.ts'
import type { IngestResult } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts, TenantBatch } from '../parts.ts'
import { parseAlertMatcher } from './alert-matchers.ts'
import { commitBatches, type IntakeRules, intakeRetryAfterMs } from './commit-batches.ts'
import { parseBatch, type ToldBatch } from './parse-batch.ts'
import { textRedactor } from './redact-texts.ts'

/** Takes alerts in. */
export interface Intake {
  /**
   * Resolves when the batch is durable; one of more than `settings.intake.maxAlertsPerBatch` alerts becomes so in parts,
   * one after the other. Throws `invalid` with `path` for a batch that cannot be taken at all (single bad alerts are refused
   * in the result), `unavailable` with `retryAfterMs` when too many batches wait or the store cannot take it now. Then
   * nothing of it was taken, or only its first parts, and sending it again is harmless. While it waits its turn, aborting
   * `ctx.signal` takes it back.
   */
  ingest(batch: TenantBatch, ctx: CallContext): Promise<IngestResult>
  /** Whether batches are on their way to become durable. */
  isBusy(): boolean
}

interface Waiting {
  readonly batch: ToldBatch
  readonly resolve: (result: IngestResult) => void
  readonly reject: (error: unknown) => void
  /** Called when its turn comes: from then on it cannot be taken back. */
  readonly begin: () => void
}

/**
 * Makes an intake. Batches of one tenant are taken in the order of their arrival; those that arrive while a commit is
 * under way share the next one. Throws `config` when `settings.intake.ignore` cannot be read.
 */
export function createIntake(parts: Parts): Intake {
  const limits = parts.settings.intake
  const rules: IntakeRules = {
    ignored: limits.ignore.map((text, index) => parseAlertMatcher(text, `settings.intake.ignore[${index}]`)),
    texts: textRedactor(limits, parts.metrics),
  }
  const lanes = new Map<string, Waiting[]>()

  async function ingest(input: TenantBatch, ctx: CallContext): Promise<IngestResult> {
    ctx.signal.throwIfAborted()
    const results: IngestResult[] = []
    for (const part of parseBatch(parts, input)) results.push(await take(part, ctx))
    return {
      accepted: results.reduce((sum, { accepted }) => sum + accepted, 0),
      changed: results.reduce((sum, { changed }) => sum + changed, 0),
      refused: results.flatMap(({ refused }) => refused),
    }
  }

  async function take(batch: ToldBatch, ctx: CallContext): Promise<IngestResult> {
    ctx.signal.throwIfAborted()
    parts.metrics.count('mendkit_alerts_received_total', { source: batch.source }, batch.alerts.length)
    const lane = lanes.get(batch.tenant)
    if (lane !== undefined && lane.length >= limits.maxPendingBatches) throw tooMany(batch)
    const result = wait(batch, lane ?? [], ctx.signal)
    if (lane === undefined) void work(batch.tenant)
    return result
  }

  function wait(batch: ToldBatch, lane: Waiting[], signal: AbortSignal): Promise<IngestResult> {
    lanes.set(batch.tenant, lane)
    return new Promise((resolve, reject) => {
      const takeBack = () => {
        lane.splice(lane.indexOf(waiting), 1)
        tellWaiting()
        reject(signal.reason)
      }
      const begin = () => signal.removeEventListener('abort', takeBack)
      const waiting: Waiting = { batch, resolve, reject, begin }
      signal.addEventListener('abort', takeBack, { once: true })
      lane.push(waiting)
      tellWaiting()
    })
  }

  function tooMany(batch: ToldBatch): MendkitError {
    parts.metrics.count('mendkit_batches_refused_total', { because: 'waiting' })
    const message = `${limits.maxPendingBatches} batches of tenant ${batch.tenant} wait to become durable; send this one again later`
    return new MendkitError('unavailable', message, { retryAfterMs: intakeRetryAfterMs })
  }

  async function work(tenant: string): Promise<void> {
    // Batches that arrive in this same turn share the first commit.
    await Promise.resolve()
    for (let group = nextGroup(tenant); group.length > 0; group = nextGroup(tenant)) {
      for (const waiting of group) waiting.begin()
      await settle(tenant, group)
    }
    lanes.delete(tenant)
  }

  function nextGroup(tenant: string): readonly Waiting[] {
    const lane = lanes.get(tenant) ?? []
    let alerts = 0
    const fits = lane.findIndex(({ batch }, index) => {
      alerts += batch.alerts.length
      return index > 0 && alerts > limits.maxAlertsPerBatch
    })
    const group = lane.splice(0, fits === -1 ? lane.length : fits)
    tellWaiting()
    return group
  }

  function tellWaiting(): void {
    const waiting = [...lanes.values()].reduce((sum, lane) => sum + lane.length, 0)
    parts.metrics.gauge('mendkit_intake_waiting_batches', waiting)
  }

  async function settle(tenant: string, group: readonly Waiting[]): Promise<void> {
    const ctx: CallContext = { signal: new AbortController().signal, log: parts.log }
    try {
      const results = await commitBatches(
        parts,
        tenant,
        group.map(({ batch }) => batch),
        rules,
        ctx,
      )
      for (const [index, waiting] of group.entries()) {
        const result = results[index] as IngestResult
        parts.metrics.count('mendkit_alerts_changed_total', { source: waiting.batch.source }, result.changed)
        waiting.resolve(result)
      }
      if (results.some(({ changed }) => changed > 0)) parts.nudge()
    } catch (error) {
      if (group.length === 1 || MendkitError.is(error, 'unavailable'))
        for (const waiting of group) waiting.reject(error)
      // One batch that a store refuses must not take its neighbours with it.
      else for (const waiting of group) await settle(tenant, [waiting])
    }
  }

  return { ingest, isBusy: () => lanes.size > 0 }
}

import type { AlertBatch, IngestResult } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Detector } from '../../ports/detector.ts'
import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Vitals } from './vitals.ts'
import { createWaker } from './waker.ts'

/** Takes a batch for a tenant and resolves when it is durable. */
export type Ingest = (tenant: string, batch: AlertBatch, ctx: CallContext) => Promise<IngestResult>

/** Pause before a detector that failed or ended is asked again, in sweeps. */
const pauseInSweeps = 5

/** Runs one detector until the signal aborts. A failure is logged and counted, and the detector is asked again. */
export async function runDetector(
  parts: Parts,
  vitals: Vitals,
  detector: Detector,
  ingest: Ingest,
  ctx: CallContext,
): Promise<void> {
  while (!ctx.signal.aborted) {
    try {
      for await (const batch of detector.alerts(ctx)) {
        await takeBatch(parts, detector, batch, ingest, ctx)
        vitals.well('detector', detector.id)
      }
    } catch (error) {
      if (ctx.signal.aborted) return
      vitals.failed('detector', detector.id)
      parts.metrics.count('mendkit_detector_failures_total', { detector: detector.id })
      parts.log.warn(describeFailure(`detector ${detector.id} failed and will be asked again`, error))
    }
    const pause = parts.settings.engine.sweepMs * pauseInSweeps * (0.5 + parts.random.number())
    await createWaker(parts.clock).wait(pause, ctx.signal)
  }
}

async function takeBatch(
  parts: Parts,
  detector: Detector,
  batch: AlertBatch,
  ingest: Ingest,
  ctx: CallContext,
): Promise<void> {
  const result = await ingest(detector.tenant ?? 'default', batch, ctx)
  const first = result.refused[0]
  if (first === undefined) return
  parts.log.warn(
    message`detector ${detector.id}: ${result.refused.length} alerts were refused, the first at ${first.path}: ${first.because}`,
  )
}

import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Remediator } from '../../ports/remediator.ts'
import { message } from '../../redact/message.ts'
import { exceedsSuggest } from '../autonomy.ts'
import { callPort } from '../call.ts'
import { correlatePending } from '../correlate/correlate-pending.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import { createNotices, type Notices } from '../notices/notices.ts'
import type { Parts } from '../parts.ts'
import { type Ingest, runDetector } from '../work/detect.ts'
import { createWaker } from '../work/waker.ts'
import { createWorker } from '../work/worker.ts'
import { configurationDigest } from './compose.ts'
import { version } from './version.ts'
import type { Wakers } from './wakers.ts'

/** What `health` tells of the engine. */
export interface EngineState {
  readonly running: boolean
  /** Milliseconds since 1970. */
  readonly lastSweepAt?: number
  readonly lastSweepFailed: boolean
}

/** What a run works with. */
export interface Run {
  readonly parts: Parts
  readonly wakers: Wakers
  readonly state: { now: EngineState }
  ready(): Promise<void>
  readonly ingest: Ingest
}

/** Tenant of the entries that are about the engine itself. */
const engineTenant = 'default'

/** Checks schema and credentials, works until `stopping` aborts, then drains. Throws `config` when it may not start. */
export async function runEngine(run: Run, stopping: AbortSignal): Promise<void> {
  const { parts, state } = run
  if (state.now.running) throw new MendkitError('conflict', 'this Mendkit runs already; call run once')
  state.now = { ...state.now, running: true }
  const work = new AbortController()
  const ctx: CallContext = { signal: work.signal, log: parts.log }
  const owner = parts.ids.next('wrk')
  const notices = createNotices(parts)
  try {
    await run.ready()
    await assertCanAct(parts, ctx)
    await recordStart(parts, owner, ctx)
    const detecting: CallContext = { ...ctx, signal: AbortSignal.any([stopping, work.signal]) }
    const tasks = [
      createWorker(parts, owner, run.wakers.due, notices).run(stopping, ctx),
      correlateLoop(run, stopping, ctx),
      noticeLoop(run, notices, stopping, ctx),
      ...parts.detectors.map((detector) => runDetector(parts, detector, run.ingest, detecting)),
    ]
    const drained = await drain(parts, Promise.all(tasks), stopping, work)
    await recordStop(parts, owner, drained)
  } finally {
    work.abort()
    state.now = { ...state.now, running: false }
  }
}

async function correlateLoop({ parts, wakers, state }: Run, stopping: AbortSignal, ctx: CallContext): Promise<void> {
  while (!stopping.aborted) {
    try {
      await correlatePending(parts, ctx)
      state.now = { ...state.now, lastSweepAt: parts.clock.now(), lastSweepFailed: false }
    } catch (error) {
      if (ctx.signal.aborted) return
      state.now = { ...state.now, lastSweepFailed: true }
      parts.metrics.count('mendkit_sweep_failures_total', { sweep: 'correlate' })
      parts.log.error(describeFailure('pending alerts could not be correlated; trying again', error))
      await createWaker(parts.clock).wait(parts.settings.engine.sweepMs, stopping)
    }
    await wakers.pending.wait(parts.settings.engine.sweepMs, stopping)
  }
}

async function noticeLoop(
  { parts, wakers }: Run,
  notices: Notices,
  stopping: AbortSignal,
  ctx: CallContext,
): Promise<void> {
  const under = new Set<Promise<void>>()
  while (!stopping.aborted) {
    // Not waited for: a notifier that hangs must not hold up the next page.
    const delivery: Promise<void> = deliverOnce(parts, notices, ctx).finally(() => under.delete(delivery))
    under.add(delivery)
    await wakers.notices.wait(parts.settings.engine.sweepMs, stopping)
  }
  await Promise.all(under)
}

async function deliverOnce(parts: Parts, notices: Notices, ctx: CallContext): Promise<void> {
  try {
    await notices.deliver(ctx)
  } catch (error) {
    if (ctx.signal.aborted) return
    parts.metrics.count('mendkit_sweep_failures_total', { sweep: 'notices' })
    parts.log.error(describeFailure('notices could not be delivered; trying again', error))
  }
}

/**
 * Credentials that are refused stop the start. Where they cannot be checked now the engine starts all the same: alerts must
 * not be lost because a cluster is away, and every preview is a dry run under these credentials anyway.
 */
async function assertCanAct(parts: Parts, ctx: CallContext): Promise<void> {
  if (!exceedsSuggest(parts.autonomy)) return
  for (const remediator of parts.remediators) {
    const answer = await askCanAct(parts, remediator, ctx)
    if (answer === undefined || answer.permitted) continue
    const text = message`autonomy is above suggest, but ${remediator.id} has no credentials to act: ${answer.because}`
    throw new MendkitError('config', text, { path: 'autonomy' })
  }
}

async function askCanAct(parts: Parts, remediator: Remediator, ctx: CallContext) {
  if (remediator.canAct === undefined) return undefined
  try {
    return await callPort(parts, `credentials of ${remediator.id}`, ctx, async (within) => remediator.canAct?.(within))
  } catch (error) {
    if (!MendkitError.is(error, 'unavailable')) throw error
    parts.log.warn(describeFailure(`the credentials of ${remediator.id} cannot be checked now`, error))
    return undefined
  }
}

async function recordStart(parts: Parts, owner: string, ctx: CallContext): Promise<void> {
  const { store } = parts
  const ids = [...parts.detectors, ...parts.evidenceSources, ...parts.remediators].map((each) => each.id)
  const data = {
    version,
    store: store.id,
    durable: store.durable,
    configuration: configurationDigest(parts),
    integrations: ids,
  }
  const entry = draft(parts, 'engine-started', { kind: 'engine', id: owner }, data)
  await store.commit({ tenant: engineTenant, expect: [], put: [], audit: [entry] }, ctx)
}

async function recordStop(parts: Parts, owner: string, drained: boolean): Promise<void> {
  const entry = draft(parts, 'engine-stopped', { kind: 'engine', id: owner }, { drained })
  const ctx: CallContext = { signal: new AbortController().signal, log: parts.log }
  await parts.store.commit({ tenant: engineTenant, expect: [], put: [], audit: [entry] }, ctx)
}

/** Waits for the work; once stopping, for at most `drainMs`, after which what is under way is left to recovery. */
async function drain(
  parts: Parts,
  tasks: Promise<unknown>,
  stopping: AbortSignal,
  work: AbortController,
): Promise<boolean> {
  const { drainMs } = parts.settings.engine
  const patience = createWaker(parts.clock)
  let finished = false
  const done = tasks.finally(() => {
    finished = true
    patience.ring()
  })
  await untilAborted(stopping, done)
  if (!finished) await patience.wait(drainMs, work.signal)
  if (!finished) {
    parts.log.warn(message`steps are under way after ${drainMs} ms; they are left to be recovered at the next start`)
    work.abort()
  }
  await done
  return !work.signal.aborted
}

/** Resolves when the signal aborts, or when the work ends first. */
async function untilAborted(signal: AbortSignal, work: Promise<unknown>): Promise<void> {
  if (signal.aborted) return
  const aborted = Promise.withResolvers<void>()
  const give = () => aborted.resolve()
  signal.addEventListener('abort', give, { once: true })
  try {
    await Promise.race([aborted.promise, work])
  } finally {
    signal.removeEventListener('abort', give)
  }
}

import { divergedError } from '../../audit/log-epoch.ts'
import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { anchorLoop } from '../anchors/anchor-loop.ts'
import { exceedsSuggest } from '../autonomy.ts'
import { certifyLoop } from '../certify/certify-loop.ts'
import { engineTenant } from '../engine-tenant.ts'
import type { Mirrors } from '../mirror/mirrors.ts'
import { countLeftUndone } from '../notices/left-undone.ts'
import { createNotices } from '../notices/notices.ts'
import type { Parts } from '../parts.ts'
import { retentionLoop } from '../retention/loop.ts'
import { type Ingest, runDetector } from '../work/detect.ts'
import { heartbeatLoop } from '../work/heartbeat.ts'
import type { Vitals } from '../work/vitals.ts'
import { createWorker } from '../work/worker.ts'
import { afterRestore } from './after-restore.ts'
import { assertCredentials } from './credentials.ts'
import { drain, type Tasks } from './drain.ts'
import { recordStart, recordStop } from './engine-entries.ts'
import { hearNudges } from './hear-nudges.ts'
import { correlateLoop, noticeLoop } from './loops.ts'
import type { Wakers } from './wakers.ts'

/** What a run works with. */
export interface Run {
  readonly parts: Parts
  readonly wakers: Wakers
  readonly vitals: Vitals
  readonly mirrors: Pick<Mirrors, 'loops'>
  ready(): Promise<void>
  readonly ingest: Ingest
  /** Whether batches wait to become durable. */
  readonly isBusy: () => boolean
}

/** Checks schema and credentials, works until `stopping` aborts, then drains. Throws `config` when it may not start. */
export async function runEngine(run: Run, stopping: AbortSignal): Promise<void> {
  const { parts, vitals } = run
  if (vitals.read().running) throw new MendkitError('conflict', 'this Mendkit runs already; call run once')
  vitals.begin()
  const work = new AbortController()
  const ctx: CallContext = { signal: work.signal, log: parts.log }
  const owner = parts.ids.next('wrk')
  try {
    const started = await drain(parts, new Map([['the start', start(run, owner, ctx)]]), stopping, work)
    if (!started) return
    const drained = await drain(parts, begin(run, owner, stopping, ctx), stopping, work)
    await recordStop(parts, owner, drained)
  } finally {
    work.abort()
    vitals.end()
  }
}

async function start(run: Run, owner: string, ctx: CallContext): Promise<void> {
  const { parts } = run
  try {
    warnOfMissingPolicies(parts)
    tellWhatIsErased(parts)
    await run.ready()
    const { diverged } = await parts.store.auditHead(engineTenant, ctx)
    if (diverged) throw divergedError(engineTenant)
    await assertCredentials(parts, ctx)
    await afterRestore(parts, ctx)
    await recordStart(parts, owner, ctx)
  } catch (error) {
    // Whoever asked to stop does not want to know what the start would have said.
    if (!ctx.signal.aborted) throw error
  }
}

/** Only abstentions deny: safe, so no reason to refuse the start, but hardly what a host with such an autonomy wants. */
function warnOfMissingPolicies({ autonomy, settings, policies, log }: Parts): void {
  if (!exceedsSuggest({ autonomy, earnUpTo: settings.autonomy.earnUpTo }) || policies.policies.length > 0) return
  log.warn(
    message`autonomy is above suggest, but there are no policies, so every plan will be denied: give \`policies\` at least one that allows or asks, such as allowUpTo('low')`,
  )
}

/** Evidence that goes before the entries that speak of it is a choice that a host should see itself make. */
function tellWhatIsErased({ settings: { retention }, log }: Parts): void {
  if (retention.texts === 'keep') return
  log.info(
    message`settings.retention.texts is erase: texts go with what hangs on their incident, after ${retention.incidentsMs} ms unless the tenant has its own time; the audit entries that name them stay, and say that they were erased`,
  )
}

function begin(run: Run, owner: string, stopping: AbortSignal, ctx: CallContext): Tasks {
  const { parts, wakers, vitals, mirrors, ingest, isBusy } = run
  const notices = createNotices(parts)
  const detecting: CallContext = { ...ctx, signal: AbortSignal.any([stopping, ctx.signal]) }
  return new Map([
    ['steps of incidents', createWorker(parts, owner, wakers.due, vitals, notices).run(stopping, ctx)],
    ['correlation', correlateLoop(run, stopping, ctx)],
    ['notices', noticeLoop(run, notices, stopping, ctx)],
    ['retention', retentionLoop(parts, vitals, { owner, isBusy }, stopping, ctx)],
    ['nudges of other hosts', hearNudges(parts, wakers, detecting)],
    ['counting what is left undone', countLeftUndone(parts, vitals, stopping, ctx)],
    ...(parts.heartbeat === undefined
      ? []
      : [['heartbeat', heartbeatLoop(parts, vitals, parts.heartbeat, stopping, ctx)] as const]),
    ...mirrors.loops(owner, stopping, ctx),
    ...parts.anchors.map((sink) => [`anchors in ${sink.id}`, anchorLoop(parts, vitals, sink, stopping, ctx)] as const),
    ...(parts.keyCertifier === undefined
      ? []
      : [['certificates of log keys', certifyLoop(parts, vitals, parts.keyCertifier, stopping, ctx)] as const]),
    ...parts.detectors.map(
      (each) => [`detector ${each.id}`, runDetector(parts, vitals, each, ingest, detecting)] as const,
    ),
  ])
}

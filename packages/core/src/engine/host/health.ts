import { message } from '../../redact/message.ts'
import { withTimeout } from '../call.ts'
import { engineTenant } from '../engine-tenant.ts'
import type { MirrorHealth } from '../mirror/lag.ts'
import {
  type FailedNotices,
  type RetentionVitals,
  type Streak,
  type Sweep,
  sweepPatienceMs,
  sweeps,
  type UnansweredEscalations,
  type VitalSigns,
} from '../work/vitals.ts'
import type { Engine } from './engine.ts'

/** Whether the engine does its work. `ok: false` always comes with reasons. */
export interface Health {
  readonly ok: boolean
  readonly running: boolean
  /** `unreachable`: it failed to answer, or did not answer within five seconds. */
  readonly store: 'reachable' | 'unreachable'
  /** When alerts were last correlated, ISO 8601; absent before the first sweep. */
  readonly lastSweepAt?: string
  readonly because: readonly string[]
  /**
   * Notices that at least one notifier will never take, counted every 30 seconds; absent while nothing runs. They do not make
   * `ok` false: no restart would bring them to anybody.
   */
  readonly failedNotices?: FailedNotices
  /** Escalated incidents of which nobody answered any page, counted likewise; they do not make `ok` false either. */
  readonly unansweredEscalations?: UnansweredEscalations
  /**
   * How far each of `system.mirrors` is behind, as this process last saw it; absent without any. A receiver that is down does not
   * make `ok` false either: nothing waits for it.
   */
  readonly mirrors?: readonly MirrorHealth[]
  /**
   * Anchor sinks that do not take all audit logs, as of their last look; absent when all do. They do not make `ok` false either: a
   * restart brings no sink back.
   */
  readonly anchors?: readonly SinkHealth[]
  /**
   * What `system.keyCertifier` has not certified, as of the last look; absent when it has certified the keys of all logs. It does not make
   * `ok` false either: logs are signed all the same.
   */
  readonly keyCertifier?: KeyCertifierHealth
  /**
   * How retention fares, when this process does it: when it last looked at every tenant (ISO 8601), and whether there is more to
   * do at once. It does not make `ok` false.
   */
  readonly retention?: { readonly lastRunAt?: string; readonly behind: boolean }
}

/** What is not certified of the keys that sign the logs. */
export interface KeyCertifierHealth {
  /** Id of the certifier. */
  readonly certifier: string
  /** Logs whose key is not certified. */
  readonly uncertified: number
  /** Since when the certifier fails, ISO 8601; absent when it does not. */
  readonly failingSince?: string
}

/** What is wrong with an anchor sink. */
export interface SinkHealth {
  readonly sink: string
  /** Since when it has not taken all logs, ISO 8601. */
  readonly behindSince?: string
  /** Logs that speak against what was anchored of them. */
  readonly refused: number
}

/** Failures in a row before health names a detector or an incident: each is asked again, and one failure is no news. */
const failuresInARow = 3
/** Names in one reason; the rest is counted. */
const maxNames = 5
/** How long the store may take to answer. Probes of a container commonly wait for as long. */
const storeAnswerMs = 5_000

const divergedWords = 'the database is DIVERGED: older than its anchors, so it is only read until `mendkit recover`'

const sweepWords: Readonly<Record<Sweep, string>> = {
  correlate: 'alerts were not correlated',
  claim: 'due incidents were not claimed',
  notices: 'notices were not delivered',
}

/** Asks the store and the run. Never throws: a fault is an answer. */
export async function health(engine: Engine): Promise<Health> {
  const store = await storeAnswers(engine)
  const reachable = store !== 'unreachable'
  const signs = engine.vitals()
  const mirrors = engine.mirrors.health()
  const because = [
    ...(signs.running ? [] : ['run was not called, or has ended']),
    ...(reachable ? [] : ['the store does not answer']),
    ...(store === 'diverged' ? [divergedWords] : []),
    ...sweeps.flatMap((sweep) => sweepReason(engine, signs, sweep) ?? []),
    ...failingReason(signs, 'detector', 'detectors that keep failing'),
    ...failingReason(signs, 'incident', 'incidents whose steps keep failing'),
  ]
  return {
    ok: because.length === 0,
    running: signs.running,
    store: reachable ? 'reachable' : 'unreachable',
    ...(signs.lastSweepAt !== undefined && { lastSweepAt: new Date(signs.lastSweepAt).toISOString() }),
    because,
    ...signs.leftUndone,
    ...(mirrors.length > 0 && { mirrors }),
    ...anchorsIn(signs),
    ...keyCertifierIn(engine, signs),
    ...(signs.retention && { retention: retentionHealth(signs.retention) }),
  }
}

function retentionHealth({ behind, lastRunAt }: RetentionVitals): NonNullable<Health['retention']> {
  return { behind, ...(lastRunAt !== undefined && { lastRunAt: new Date(lastRunAt).toISOString() }) }
}

function anchorsIn({ anchors }: VitalSigns): Pick<Health, 'anchors'> {
  const wrong = [...anchors].flatMap(([sink, { since, refused }]): SinkHealth[] =>
    since === undefined && refused === 0
      ? []
      : [{ sink, refused, ...(since !== undefined && { behindSince: new Date(since).toISOString() }) }],
  )
  return wrong.length === 0 ? {} : { anchors: wrong }
}

function keyCertifierIn({ parts }: Engine, { certified }: VitalSigns): Pick<Health, 'keyCertifier'> {
  if (parts.keyCertifier === undefined || certified === undefined || certified.uncertified === 0) return {}
  const { uncertified, since } = certified
  const failing = since !== undefined && { failingSince: new Date(since).toISOString() }
  return { keyCertifier: { certifier: parts.keyCertifier.id, uncertified, ...failing } }
}

async function storeAnswers(engine: Engine): Promise<'reachable' | 'diverged' | 'unreachable'> {
  const limit = { what: 'the store', ms: storeAnswerMs }
  const asked = withTimeout(engine.parts, limit, engine.context(), async (ctx) => {
    await engine.ready()
    await engine.parts.store.now(ctx)
    return engine.parts.store.auditHead(engineTenant, ctx)
  })
  return asked.then(
    ({ diverged }) => (diverged ? 'diverged' : 'reachable'),
    () => 'unreachable',
  )
}

function sweepReason(engine: Engine, signs: VitalSigns, sweep: Sweep): string | undefined {
  const streak = signs.streaks.find(({ kind, name }) => kind === 'sweep' && name === sweep)
  if (streak !== undefined) return `${sweepWords[sweep]} at the last ${times(streak)}`
  const patience = sweepPatienceMs(engine.parts.settings.engine.sweepMs)
  return (signs.sinceSweep.get(sweep) ?? 0) > patience ? `${sweepWords[sweep]} for a while` : undefined
}

function times(streak: Streak): string {
  return streak.times === 1 ? 'sweep' : `${streak.times} sweeps`
}

function failingReason(signs: VitalSigns, of: Streak['kind'], words: string): readonly string[] {
  const failing = signs.streaks.filter((streak) => streak.kind === of && streak.times >= failuresInARow)
  if (failing.length === 0) return []
  const named = failing.slice(0, maxNames).map((streak) => {
    return message`${streak.name} (${streak.times} times since ${new Date(streak.since).toISOString()})`
  })
  const more = failing.length > maxNames ? [`${failing.length - maxNames} more`] : []
  return [`${words}: ${[...named, ...more].join(', ')}`]
}

import type { AlertBatch, IngestResult, RefusedRequest } from '../../model/alert.ts'
import type { EventType, MendkitEvent } from '../../model/event.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import { hostPrincipal, type Principal } from '../../model/principal.ts'
import type { Logger } from '../../ports/context.ts'
import type { Listener } from '../feed/listeners.ts'
import type { WatchOptions } from '../feed/tail.ts'
import { explain } from '../timeline/explain.ts'
import { type Approvals, approvalsFace } from './approvals-face.ts'
import { type Audit, auditFace } from './audit-face.ts'
import { checkedPrincipal } from './check-principal.ts'
import { createEngine, type Engine } from './engine.ts'
import { type Executions, executionsFace } from './executions-face.ts'
import { type Health, health } from './health.ts'
import { type Incidents, incidentsFace } from './incidents-face.ts'
import type { MendkitOptions } from './options.ts'
import { type ChangeInput, recordChange } from './record-change.ts'
import { setPaused } from './switches.ts'

/** How a batch is taken. */
export interface IngestOptions {
  /** @default the tenant of the principal that this face is bound to */
  readonly tenant?: string
  readonly signal?: AbortSignal
}

/** A Mendkit as one principal sees it: everything it reads and writes belongs to the principal's tenant. */
export interface Mendkit extends AsyncDisposable {
  readonly incidents: Incidents
  readonly approvals: Approvals
  readonly executions: Executions
  readonly audit: Audit
  /**
   * Resolves when the batch is durable. An alert that is not valid is reported with the path of its bad field and the
   * rest is taken. Throws `invalid` for a batch that is not one, `unavailable` when the engine cannot take more now: the
   * first parts of a batch of more than `settings.intake.maxAlertsPerBatch` alerts may then be durable, and sending the whole
   * again is harmless.
   */
  ingest(batch: AlertBatch, options?: IngestOptions): Promise<IngestResult>
  /** Counts a request that an adapter refused, in `metrics()`. Its reason belongs into `log`. */
  recordRefusal(refused: RefusedRequest): void
  /** The host's log, for adapters that work outside a call of the engine. */
  readonly log: Logger
  /**
   * Works until `signal` aborts: checks schema and credentials first, then detects, correlates and steps, and at the end
   * waits for what is under way. Throws `config` when it may not start. Run once; several processes on one store are safe.
   */
  run(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** The live feed: the audit log from `after` on, with texts joined. Ends quietly when the signal aborts. */
  watch(options?: WatchOptions): AsyncIterable<MendkitEvent>
  /** Calls the listener for every event of the type from now on, or of all types for `*`. What it throws disturbs nothing. */
  on<Type extends EventType | '*'>(type: Type, listener: Listener<Type>): void
  /** Takes a listener back. */
  off<Type extends EventType | '*'>(type: Type, listener: Listener<Type>): void
  /** Why a plan was allowed, asked about, denied or only suggested, line by line. Throws `not-found`. */
  explain(planId: string): Promise<string>
  /** Tells of a change that somebody made on purpose: it feeds evidence and correlation. */
  recordChange(change: ChangeInput): Promise<RecordedChange>
  /** The kill switch of the tenant: no effect begins until `resume`. Everything else goes on. */
  pause(): Promise<void>
  /** Lifts the kill switch; what waited goes on after a fresh look. */
  resume(): Promise<void>
  /** Whether alerts are correlated and the store answers. Never rejects. */
  health(): Promise<Health>
  /** Prometheus text exposition of what this process did. */
  metrics(): string
  /** The same Mendkit as another principal. Throws `invalid` when its id, tenant, `via` or a role is no name that may stand in the log. */
  as(principal: Principal): Mendkit
  /** Stops running, ends all readers and closes the store. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Composes a Mendkit. Synchronous and without I/O: nothing is opened before the first call. Without options it diagnoses
 * nothing and changes nothing. Throws `config` with the path of the first option that is wrong.
 */
export function createMendkit(options: MendkitOptions = {}): Mendkit {
  return faceOf(createEngine(options), hostPrincipal)
}

function faceOf(engine: Engine, principal: Principal): Mendkit {
  const { tenant } = principal
  return {
    incidents: incidentsFace(engine, principal),
    approvals: approvalsFace(engine, principal),
    executions: executionsFace(engine, principal),
    audit: auditFace(engine, principal),
    ingest: (batch, more = {}) => engine.ingest(more.tenant ?? tenant, batch, more.signal),
    recordRefusal: ({ source, because }) =>
      engine.parts.metrics.count('mendkit_requests_refused_total', { source, because }),
    log: engine.parts.log,
    run: ({ signal } = {}) => engine.run(signal),
    watch: (more = {}) => opened(engine, engine.feed.watch({ ...more, tenant })),
    on: (type, listener) => engine.feed.on(tenant, type, listener),
    off: (type, listener) => engine.feed.off(tenant, type, listener),
    explain: async (planId) => {
      await engine.ready()
      return explain(engine.parts, tenant, planId, engine.context())
    },
    recordChange: (change) => recordChange(engine, principal, change),
    pause: () => setPaused(engine, principal, true),
    resume: () => setPaused(engine, principal, false),
    health: () => health(engine),
    metrics: () => engine.parts.metrics.text(),
    as: (other) => faceOf(engine, checkedPrincipal(other, 'principal')),
    close: () => engine.close(),
    [Symbol.asyncDispose]: () => engine.close(),
  }
}

/** The feed, opening the store when it is first read. It asks for its place in the same turn, so that nothing is missed. */
function opened(engine: Engine, events: AsyncIterable<MendkitEvent>): AsyncIterable<MendkitEvent> {
  return {
    [Symbol.asyncIterator]() {
      const inner = events[Symbol.asyncIterator]()
      let isReading = false
      const leave = async () => (await inner.return?.()) ?? { done: true as const, value: undefined }
      return {
        next() {
          const event = inner.next()
          // Whoever has read before ends quietly with the feed; only a first read can find the store out of reach.
          if (isReading) return event
          return engine.ready().then(
            () => {
              isReading = true
              return event
            },
            async (error: unknown) => {
              await leave()
              throw error
            },
          )
        },
        return: leave,
      }
    },
  }
}

import { MendkitError } from '../../errors.ts'
import type { AlertBatch, IngestResult, RefusedRequest } from '../../model/alert.ts'
import type { EventType, MendkitEvent } from '../../model/event.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import { hostPrincipal, type Principal } from '../../model/principal.ts'
import type { Logger } from '../../ports/context.ts'
import type { Policy } from '../../ports/policy.ts'
import type { Listener } from '../feed/listeners.ts'
import type { WatchOptions } from '../feed/tail.ts'
import type { ExplainedPrompt } from '../models/explain-prompt.ts'
import type { Report, ReportQuery } from '../report/shape.ts'
import { explain } from '../timeline/explain.ts'
import { type Approvals, approvalsFace } from './approvals-face.ts'
import { type Audit, auditFace } from './audit-face.ts'
import { createEngine, type Engine } from './engine.ts'
import { type Executions, executionsFace } from './executions-face.ts'
import { explainPromptOf } from './explain-prompt.ts'
import { assertListener, parseIngest, parsePlan, parseRefused, parseRun, parseWatch } from './face-input.ts'
import { type Health, health } from './health.ts'
import { type History, historyFace } from './history-face.ts'
import { type Incidents, incidentsFace } from './incidents-face.ts'
import type { MendkitOptions } from './options.ts'
import { parsePrincipal } from './principal.ts'
import { type ChangeInput, recordChange } from './record-change.ts'
import { report } from './report.ts'
import { type PolicySimulation, type PolicySimulationQuery, simulatePolicy } from './simulate-policy.ts'
import { setPaused } from './switches.ts'

/** How a batch is taken. */
export interface IngestOptions {
  /**
   * Whose alerts these are. Only the face that `createMendkit` returned takes alerts for any tenant; one that `as` bound to
   * a principal throws `forbidden` for a tenant other than the principal's.
   * @default the tenant of the principal that this face is bound to
   */
  readonly tenant?: string
  readonly signal?: AbortSignal
}

/**
 * A Mendkit as one principal sees it: everything it reads and writes belongs to the principal's tenant. Every method checks
 * its arguments: what is missing, wrong or misspelt throws `invalid` with the path of the field, and nothing is done.
 */
export interface Mendkit extends AsyncDisposable {
  readonly incidents: Incidents
  readonly approvals: Approvals
  readonly executions: Executions
  readonly audit: Audit
  readonly history: History
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
  /**
   * The live feed: the audit log from `after` on, with texts joined. Ends quietly when the signal aborts. Throws `invalid` at
   * once for options that are none.
   */
  watch(options?: WatchOptions): AsyncIterable<MendkitEvent>
  /** Calls the listener for every event of the type from now on, or of all types for `*`. What it throws disturbs nothing. */
  on<Type extends EventType | '*'>(type: Type, listener: Listener<Type>): void
  /** Takes a listener back. */
  off<Type extends EventType | '*'>(type: Type, listener: Listener<Type>): void
  /** Why a plan, or the plan of this id, was allowed, asked about, denied or only suggested, line by line. Throws `not-found`. */
  explain(plan: string | { readonly id: string }): Promise<string>
  /**
   * What these policies would have done with the stored plans, each judged as of its own time, before the autonomy level is
   * applied. The safety policies count too. Reads only, at most `limit` plans. Throws `config` for policies that could not
   * judge, `invalid` for times that are none or lie ahead.
   */
  simulatePolicy(policies: readonly Policy[], query: PolicySimulationQuery): Promise<PolicySimulation>
  /**
   * The numbers that decide the next level of autonomy: by cause and action type, what was suggested, whether people did the
   * same by hand, another thing or nothing, what was carried out and verified, and the time that acting would have saved.
   * Plans that were made within the time count, of the newest 10,000. Reads only. Throws `invalid` for times that are none
   * or lie ahead.
   */
  report(query: ReportQuery, options: { readonly format: 'markdown' }): Promise<string>
  /** The same numbers as data. */
  report(query: ReportQuery, options?: { readonly format: 'json' }): Promise<Report>
  /**
   * What the first call of a model about an incident would send, word for word, from evidence that is read now. Sends, stores and
   * changes nothing. Undefined when no model would be asked. Throws `not-found`, `unavailable` when it takes longer than a
   * diagnosis may, and what an analyzer throws.
   */
  explainPrompt(incidentId: string): Promise<ExplainedPrompt | undefined>
  /** Tells of a change that somebody made on purpose: it feeds evidence and correlation. */
  recordChange(change: ChangeInput): Promise<RecordedChange>
  /** The kill switch of the tenant: no effect begins until `resume`. Everything else goes on. */
  pause(): Promise<void>
  /** Lifts the kill switch; what waited goes on after a fresh look. */
  resume(): Promise<void>
  /**
   * Whether the engine does its work: the store answers in time, alerts are correlated, due incidents are claimed, notices go
   * out, and no detector keeps failing. `because` names what is not so. Never rejects.
   */
  health(): Promise<Health>
  /** Prometheus text exposition of what this process did. */
  metrics(): string
  /** The same Mendkit as another principal. Throws `invalid` with the path of the bad field for what is no principal. */
  as(principal: Principal): Mendkit
  /** Stops running, ends all readers and closes the store. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Composes a Mendkit. Synchronous and without I/O: nothing is opened before the first call. Without options it diagnoses
 * nothing and changes nothing. Throws `config` with the path of the first option that is wrong.
 */
export function createMendkit(options: MendkitOptions = {}): Mendkit {
  const engine = createEngine(options)
  return faceOf(engine, hostPrincipal, (tenant) => tenant ?? hostPrincipal.tenant)
}

function boundTo({ id, tenant }: Principal): (wanted: string | undefined) => string {
  return (wanted = tenant) => {
    if (wanted === tenant) return tenant
    const text = `${id} of tenant ${tenant} may not ingest for tenant ${wanted}: use the face that createMendkit returned`
    throw new MendkitError('forbidden', text, { path: 'tenant' })
  }
}

function faceOf(engine: Engine, principal: Principal, tenantOf: (wanted: string | undefined) => string): Mendkit {
  const { tenant } = principal

  async function tell(query: ReportQuery, options: { readonly format: 'markdown' }): Promise<string>
  async function tell(query: ReportQuery, options?: { readonly format: 'json' }): Promise<Report>
  async function tell(
    query: ReportQuery,
    options: { readonly format?: 'json' | 'markdown' } = {},
  ): Promise<string | Report> {
    return report(engine, principal, query, options)
  }

  return {
    incidents: incidentsFace(engine, principal),
    approvals: approvalsFace(engine, principal),
    executions: executionsFace(engine, principal),
    audit: auditFace(engine, principal),
    history: historyFace(engine, principal),
    async ingest(batch, options = {}) {
      const { tenant: wanted, signal } = parseIngest(batch, options)
      return engine.ingest(tenantOf(wanted), batch, signal)
    },
    recordRefusal: (refused) =>
      engine.parts.metrics.count('mendkit_requests_refused_total', { ...parseRefused(refused) }),
    log: engine.parts.log,
    run: async (options = {}) => engine.run(parseRun(options).signal),
    watch: (options = {}) => opened(engine, engine.feed.watch({ ...parseWatch(options), tenant })),
    on(type, listener) {
      assertListener(type, listener)
      engine.feed.on(tenant, type, listener)
    },
    off(type, listener) {
      assertListener(type, listener)
      engine.feed.off(tenant, type, listener)
    },
    explain: async (plan) => {
      const id = parsePlan(plan)
      await engine.ready()
      return explain(engine.parts, tenant, id, engine.context())
    },
    simulatePolicy: (policies, query) => simulatePolicy(engine, principal, policies, query),
    report: tell,
    explainPrompt: (incidentId) => explainPromptOf(engine, principal, incidentId),
    recordChange: (change) => recordChange(engine, principal, change),
    pause: () => setPaused(engine, principal, true),
    resume: () => setPaused(engine, principal, false),
    health: () => health(engine),
    metrics: () => engine.parts.metrics.text(),
    as: (other) => {
      const bound = parsePrincipal(other, 'principal')
      return faceOf(engine, bound, boundTo(bound))
    },
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

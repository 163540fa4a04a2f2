import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import { prunedState } from '../../model/documents.ts'
import type { Incident } from '../../model/incident.ts'
import type { RecordedTurn } from '../../model/model-turn.ts'
import { type Phase, phases } from '../../model/phase.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { message } from '../../redact/message.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import { recordedTurns } from '../models/read-turns.ts'
import { type Timeline, timeline } from '../timeline/timeline.ts'
import type { Engine } from './engine.ts'
import {
  type Acknowledgement,
  holdIncident,
  type Reassignment,
  reassigns,
  type Snooze,
  snoozes,
  takes,
  type Wish,
} from './hold-incident.ts'
import { formatShape, idShape, neededWordsShape, pageShape, wordsShape } from './input-shapes.ts'
import { parseArgument, parseFields } from './parse-input.ts'
import { actorOf, giveCommand } from './write.ts'

/** Which incidents to list, oldest first. */
export interface IncidentQuery {
  readonly phases?: readonly Phase[]
  /** Only ids greater than this one: the last id of the page before. */
  readonly after?: string
  /** 1 to 1,000. @default 100 */
  readonly limit?: number
}

/**
 * Reads incidents and takes what people say about them. Commands resolve when they are durable; the incident's next step
 * carries them out. Every method throws `not-found` for an incident that the tenant does not have, `invalid` with the path
 * for arguments that are none, words of nothing but blanks among them, and every command `conflict` for one that is closed,
 * naming the incident that it was merged into.
 */
export interface Incidents {
  /** The incident; undefined when the tenant has none of this id. */
  get(id: string): Promise<Incident | undefined>
  /** A page of incidents, oldest first. */
  list(query?: IncidentQuery): Promise<readonly Incident[]>
  /** The incident told from the beginning; as Markdown it reads like the draft of a postmortem. */
  timeline(id: string, options: { readonly format: 'markdown' }): Promise<string>
  /** The incident told from the beginning, as data. */
  timeline(id: string, options?: { readonly format: 'json' }): Promise<Timeline>
  /** The calls of models about it, in order, with what was asked and answered: enough to replay it without them. */
  turns(id: string): Promise<readonly RecordedTurn[]>
  /** Keeps a remark in the log. It is redacted. */
  note(id: string, text: string): Promise<void>
  /**
   * From now on nobody but the caller works on it, whoever had it before: no analysis, effect or undo begins, and open
   * approvals are void. Where it is the caller's already, nothing is recorded again.
   */
  takeOver(id: string): Promise<void>
  /**
   * Takes it over, and says that the page was heard: nobody else is paged, and those who were learn who has it. Also without
   * a page. Where it is the caller's already, nothing is recorded again. Throws `conflict` when somebody else has it, naming
   * them, and for a resolved incident, of which there is nothing to acknowledge.
   */
  acknowledge(id: string): Promise<Acknowledgement>
  /**
   * Acknowledges it for a while: then it is given back, and where it is still escalated the first tier is paged again.
   * Throws `invalid` with the path for what is no such while, or longer than a week, and `conflict` as `acknowledge` does.
   */
  snooze(id: string, snooze: Snooze): Promise<void>
  /** Makes it somebody else's, who is told who did that. Throws `invalid` with the path for what is no name. */
  reassign(id: string, reassignment: Reassignment): Promise<void>
  /**
   * Says that it is over: it is resolved and then closes like any other. Alerts that fire now have the hold
   * (`settings.hold.ms`) to clear; a further one, or one that fires still, is a relapse. Refused while an execution is in
   * flight, with a `command-refused` entry in the log.
   */
  resolve(id: string, options?: { readonly because?: string }): Promise<void>
  /** Mendkit goes on where the incident stands; where it is still escalated, the first tier is paged again. */
  handBack(id: string): Promise<void>
  /**
   * Closes it for good. Refused while an execution is in flight, with a `command-refused` entry in the log: wait for its
   * verdict, or settle it, and close again.
   */
  close(id: string, options?: { readonly because?: string }): Promise<void>
  /** Asks for a new diagnosis of an incident that waits for a person. Who asks may not approve the plan that comes of it. */
  diagnose(id: string): Promise<void>
}

const queryShape = once(() => {
  const { states, ...page } = pageShape(phases)
  return z.strictObject({ phases: states, ...page })
})
const wordsOnly = once(() => z.strictObject({ because: wordsShape().optional() }))

/** The incidents of one principal's tenant. */
export function incidentsFace(engine: Engine, by: Principal): Incidents {
  const { parts } = engine
  const { tenant } = by

  async function existing(given: string): Promise<Incident> {
    const id = parseArgument('id', idShape(), given)
    await engine.ready()
    const incident = await parts.store.get('incident', tenant, id, engine.context())
    if (incident === undefined)
      throw new MendkitError('not-found', message`there is no incident ${id} in tenant ${tenant}`)
    return incident
  }

  async function openOne(id: string): Promise<Incident> {
    const incident = await existing(id)
    if (incident.phase !== 'closed') return incident
    const where =
      incident.mergedInto === undefined ? '' : `; it was merged into ${incident.mergedInto}, so act on that one`
    throw new MendkitError('conflict', `incident ${id} is closed${where}`)
  }

  async function hold(id: string, wish: () => Wish): Promise<void> {
    const wished = wish()
    await openOne(id)
    await holdIncident(engine, by, id, wished)
  }

  /** For what says that somebody looks after it, which nobody does once it is over. */
  async function look(id: string, wished: Wish): Promise<Acknowledgement> {
    const { phase, phaseSince } = await openOne(id)
    if (phase === 'resolved') {
      const since = new Date(phaseSince).toISOString()
      const text = message`incident ${id} is resolved, since ${since}: there is nothing to ${wished.kind}`
      throw new MendkitError('conflict', text)
    }
    const holder = await holdIncident(engine, by, id, wished)
    const { by: holding, at } = holder ?? { by: by.id, at: parts.clock.now() }
    return { by: holding, at: new Date(at).toISOString(), already: holder !== wished.holder }
  }

  async function command(id: string, kind: 'resolve' | 'close', options: unknown): Promise<void> {
    const { because } = parseFields('options', wordsOnly(), options)
    await openOne(id)
    await giveCommand(parts, by, id, { kind }, because, engine.context())
  }

  async function tell(id: string, options: { readonly format: 'markdown' }): Promise<string>
  async function tell(id: string, options?: { readonly format: 'json' }): Promise<Timeline>
  async function tell(id: string, options: { readonly format?: 'json' | 'markdown' } = {}): Promise<string | Timeline> {
    const { format = 'json' } = parseFields('options', formatShape(), options)
    await existing(id)
    return timeline(parts, tenant, id, { format }, engine.context())
  }

  return {
    async get(given) {
      const id = parseArgument('id', idShape(), given)
      await engine.ready()
      return parts.store.get('incident', tenant, id, engine.context())
    },
    async list(given = {}) {
      const { phases: states, after, limit = 100 } = parseFields('query', queryShape(), given)
      await engine.ready()
      // Those that retention has emptied are closed, and stand apart in the store.
      const wanted = states?.flatMap((state): readonly string[] =>
        state === 'closed' ? [state, prunedState] : [state],
      )
      const query = { tenant, limit, ...(wanted && { states: wanted }), ...(after !== undefined && { after }) }
      return parts.store.list('incident', query, engine.context())
    },
    timeline: tell,
    async turns(id) {
      await existing(id)
      return recordedTurns(parts.store, tenant, id, engine.context())
    },
    async note(id, given) {
      const text = parseArgument('text', neededWordsShape(), given)
      await existing(id)
      const blob = blobOf(parts, tenant, text)
      const data = { command: parts.ids.next('cmd'), kind: 'note' } as const
      const entry = draft(parts, 'command-given', { kind: 'incident', id }, data, {
        actor: actorOf(by),
        blobs: { note: blob.digest },
      })
      await parts.store.commit({ tenant, expect: [], put: [blobPut(blob)], audit: [entry] }, engine.context())
    },
    takeOver: (id) => hold(id, () => takes(parts, by, 'take-over')),
    acknowledge: async (id) => look(id, takes(parts, by, 'acknowledge')),
    async snooze(id, given) {
      await look(id, snoozes(parts, by, given))
    },
    reassign: (id, given) => hold(id, () => reassigns(parts, by, given)),
    handBack: (id) => hold(id, () => ({ kind: 'hand-back', holder: null })),
    resolve: (id, options = {}) => command(id, 'resolve', options),
    close: (id, options = {}) => command(id, 'close', options),
    async diagnose(id) {
      await openOne(id)
      await giveCommand(parts, by, id, { kind: 'diagnose' }, undefined, engine.context())
    },
  }
}

import { MendkitError } from '../../errors.ts'
import type { Put } from '../../model/change.ts'
import type { ErasureRefusal } from '../../model/erasure.ts'
import type { EventData } from '../../model/event.ts'
import type { Principal } from '../../model/principal.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import { actorOf } from '../host/write.ts'
import type { Parts } from '../parts.ts'
import { type FoundTexts, findTexts, type Search } from './find-texts.ts'
import { type ErasureSelector, targetOf } from './selector.ts'

/** The role that may erase. */
const privacyOfficer = 'privacy-officer'
/** How often it begins anew because a row was changed meanwhile. */
const tries = 5
/** Texts that are counted once though several entries and rows name them; beyond, some may count twice. */
const mostSeen = 100_000
/** Incidents that a refusal names. */
const mostNamed = 5

/** What an erasure did, or would do. */
export interface Erasure {
  /** Texts beside the log. */
  readonly texts: number
  /** Rows that held copies. */
  readonly rows: number
  /** Incidents in which there is something to erase and that are not closed, at most five: nothing is erased while there is one. */
  readonly notClosed: readonly string[]
  /** Whether a notice that would be blank is still to be delivered: nothing is erased until it is. */
  readonly noticePending: boolean
}

/** What is asked, by whom. */
interface Asked {
  readonly by: Principal
  readonly selector: ErasureSelector
  readonly because: string
  readonly dryRun: boolean
}

/**
 * Erases texts, in bounded batches, each a commit of its own with its entry. Looks through everything first, so that it
 * refuses before anything is gone. Throws `forbidden` without the role, `conflict` while an incident is open or a notice waits.
 */
export async function erase(parts: Parts, asked: Asked, ctx: CallContext): Promise<Erasure> {
  const { by, selector, dryRun } = asked
  const writer = entryWriter(parts, asked, ctx)
  if (!by.roles.includes(privacyOfficer)) {
    if (!dryRun) await writer.refuse('not-a-privacy-officer')
    throw new MendkitError('forbidden', message`${by.id} may not erase texts: that takes the role ${privacyOfficer}`)
  }
  const search: Search = { store: parts.store, tenant: by.tenant, selector, ctx, spared: writer.reason }
  if (selector.incident !== undefined) await demandIncident(search, selector.incident)
  const planned = await count(search)
  if (dryRun) return planned
  const [open] = planned.notClosed
  if (open !== undefined) {
    await writer.refuse('incident-not-closed')
    throw notClosed(planned.notClosed)
  }
  if (planned.noticePending) {
    await writer.refuse('notice-pending')
    const text = 'a notice that holds such a text is still to be delivered: erase again when it was sent or has failed'
    throw new MendkitError('conflict', text)
  }
  const done = { texts: 0, rows: 0 }
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (await eraseOnce(search, writer, done)) {
      // Each call is in the log, also one that found nothing.
      if (done.texts + done.rows === 0) await writer.write({ digests: [], put: [], rows: 0 })
      return { ...done, notClosed: [], noticePending: false }
    }
  }
  throw new MendkitError('unavailable', 'rows with such texts are being changed by others; erase again')
}

/** What a batch takes with it. */
type Batch = Pick<FoundTexts, 'digests' | 'put' | 'rows' | 'expect'>

/** Answers false when somebody else changed a row first; what went before is erased. */
async function eraseOnce(
  search: Search,
  writer: ReturnType<typeof entryWriter>,
  done: { texts: number; rows: number },
): Promise<boolean> {
  const isClosed = closedIncidents(search)
  for await (const found of findTexts(search)) {
    const open = await openOf(found, isClosed)
    if (open.length > 0) throw notClosed(open)
    if (!(await writer.write(found))) return false
    done.texts += found.digests.length
    done.rows += found.rows
  }
  return true
}

async function count(search: Search): Promise<Erasure> {
  const isClosed = closedIncidents(search)
  const open = new Set<string>()
  const seen = new Set<string>()
  const sum = { texts: 0, rows: 0, noticePending: false }
  for await (const found of findTexts(search)) {
    const fresh = found.digests.filter((digest) => !seen.has(digest))
    for (const digest of fresh) if (seen.size < mostSeen) seen.add(digest)
    sum.texts += fresh.length
    sum.rows += found.rows
    sum.noticePending ||= found.pendingNotice
    for (const id of await openOf(found, isClosed)) if (open.size < mostNamed) open.add(id)
  }
  return { ...sum, notClosed: [...open] }
}

async function openOf(
  { incidents }: FoundTexts,
  isClosed: (id: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const open: string[] = []
  for (const id of new Set(incidents)) if (!(await isClosed(id))) open.push(id)
  return open
}

/** Remembers the last answer: what belongs to one incident comes in runs. */
function closedIncidents({ store, tenant, ctx }: Search): (id: string) => Promise<boolean> {
  let last: { readonly id: string; readonly closed: boolean } | undefined
  return async (id) => {
    if (last?.id === id && last.closed) return true
    const incident = await store.get('incident', tenant, id, ctx)
    last = { id, closed: incident === undefined || incident.phase === 'closed' }
    return last.closed
  }
}

async function demandIncident({ store, tenant, ctx }: Search, id: string): Promise<void> {
  if ((await store.get('incident', tenant, id, ctx)) !== undefined) return
  throw new MendkitError('not-found', message`tenant ${tenant} has no incident ${id}`)
}

function notClosed(ids: readonly string[]): MendkitError {
  const text = message`such texts belong to incidents that are not closed, and may still be needed: ${ids.join(', ')}; close them, or wait until they are`
  return new MendkitError('conflict', text)
}

function entryWriter(parts: Parts, { by, selector, because }: Asked, ctx: CallContext) {
  const { tenant } = by
  const target = targetOf(selector)
  const subject =
    target.of === 'incident'
      ? ({ kind: 'incident', id: target.incident } as const)
      : { kind: 'engine' as const, id: tenant }
  const words = blobOf(parts, tenant, because)
  const more = { actor: actorOf(by), blobs: { because: words.digest } }

  function entry<Type extends 'blobs-erased' | 'erasure-refused'>(type: Type, data: EventData[Type]) {
    return draft(parts, type, subject, data, more)
  }

  return {
    /** Digest of the reason. */
    reason: words.digest,
    /** Answers false for a conflict. */
    async write({ digests, put, rows, expect = [] }: Batch): Promise<boolean> {
      const erased: readonly Put[] = digests.length === 0 ? [] : [{ kind: 'erase-blobs', digests }]
      const audit = [entry('blobs-erased', { ...target, digests, rows })]
      const change = { tenant, expect, put: [...erased, blobPut(words), ...put], audit }
      return (await parts.store.commit(change, ctx)).kind === 'committed'
    },
    async refuse(reason: ErasureRefusal): Promise<void> {
      const audit = [entry('erasure-refused', { ...target, because: reason })]
      await parts.store.commit({ tenant, expect: [], put: [blobPut(words)], audit }, ctx)
    },
  }
}

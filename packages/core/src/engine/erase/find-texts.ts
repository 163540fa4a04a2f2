import { parseAuditRecord } from '../../audit/parse-record.ts'
import type { Expectation, Put } from '../../model/change.ts'
import type { JoinedBlob } from '../../model/event.ts'
import { outlineOf } from '../../model/history.ts'
import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import { readTexts } from '../feed/read-texts.ts'
import { readMembers } from '../read-members.ts'
import { retentionSetting } from '../retention/turn.ts'
import { alertTexts, type TextTable, textsOf, textTables } from './copies.ts'
import { type ErasureSelector, mentionedIn } from './selector.ts'

/** Rows and entries that are looked at, and erased, together. */
const pageSize = 100

/** What is to go, in pages that fit one commit. */
export interface FoundTexts {
  /** Texts that are there. */
  readonly digests: readonly string[]
  /** Rows without the copies that they held. */
  readonly put: readonly Put[]
  /** How many rows these are. */
  readonly rows: number
  /** Incidents that any of it belongs to. */
  readonly incidents: readonly string[]
  /** Whether a notice is among the rows that is still to be delivered. */
  readonly pendingNotice: boolean
  /** What must still be so when it is written. */
  readonly expect?: readonly Expectation[]
}

/** What a search goes through. */
export interface Search {
  readonly store: Store
  readonly tenant: string
  readonly selector: ErasureSelector
  readonly ctx: CallContext
  /** Digest of the reason of the search itself. */
  readonly spared: string
}

/** Finds what a selector means, page by page: first by the log's entries, then by the rows of incidents and recorded changes. */
export async function* findTexts(search: Search): AsyncGenerator<FoundTexts, void> {
  yield* inLog(search)
  const { incident, mentions } = search.selector
  if (incident !== undefined || mentions !== undefined) yield* inHistory(search)
  if (incident === undefined) yield* inChanges(search)
  if (incident !== undefined) yield* inIncident(search, incident)
  else if (mentions !== undefined) {
    for await (const id of incidentIds(search)) yield* inIncident(search, id)
  }
}

async function* inLog({ store, tenant, selector, ctx, spared }: Search): AsyncGenerator<FoundTexts, void> {
  const mentions = mentionedIn(selector)
  // What the erasure itself adds to the log is not looked through, or it would never end.
  const { size } = await store.auditHead(tenant, ctx)
  for (let from = 0; from < size; ) {
    const records = await store.readAudit({ tenant, from, limit: Math.min(pageSize, size - from) }, ctx)
    const entries = records.map(parseAuditRecord).filter(({ actor, subject }) => {
      if (selector.incident !== undefined) return subject.kind === 'incident' && subject.id === selector.incident
      return selector.principal === undefined || (actor.kind === 'principal' && actor.id === selector.principal)
    })
    const texts = await readTexts(
      store,
      tenant,
      entries.flatMap(({ blobs }) => Object.values(blobs)),
      ctx,
    )
    const goes = (digest: string) =>
      digest !== spared && isThere(texts, digest, selector.mentions === undefined ? undefined : mentions)
    const named = entries.map(({ subject, blobs }) => ({ subject, digests: Object.values(blobs).filter(goes) }))
    const found = named.filter(({ digests }) => digests.length > 0)
    const incidents = found.flatMap(({ subject }) => (subject.kind === 'incident' ? [subject.id] : []))
    const digests = [...new Set(found.flatMap((each) => each.digests))]
    if (digests.length > 0) yield { digests, put: [], rows: 0, incidents, pendingNotice: false }
    if (records.length === 0) return
    from += records.length
  }
}

/** What alerts said of themselves that are history by now. Retention rewrites such rows, and whoever comes second reads again. */
async function* inHistory({ store, tenant, selector, ctx }: Search): AsyncGenerator<FoundTexts, void> {
  const { incident: incidentId } = selector
  for (let after: string | undefined; ; ) {
    const turn = await store.get('setting', tenant, retentionSetting, ctx)
    const query = { tenant, of: 'alerts', kind: 'episode', limit: pageSize, ...(incidentId && { incidentId }) } as const
    const page = await store.history({ ...query, ...(after !== undefined && { after }) }, ctx)
    const found = page.filter(
      (row) => row.kind === 'episode' && goesFrom(selector, Object.values<string>(row.annotations)),
    )
    const rows = found.flatMap((row) => (row.kind === 'episode' ? [outlineOf(row)] : []))
    const incidents = rows.flatMap((row) => row.incidentId ?? [])
    const expect = [
      { kind: 'revision', table: 'setting', id: retentionSetting, revision: turn?.revision ?? 0 },
    ] as const
    const put = [{ kind: 'history', rows }] as const
    if (rows.length > 0) yield { digests: [], put, rows: rows.length, incidents, pendingNotice: false, expect }
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

async function* inIncident(search: Search, incidentId: string): AsyncGenerator<FoundTexts, void> {
  for (const table of textTables) yield* inTable(search, table, incidentId)
  const { store, tenant, selector, ctx } = search
  for await (const members of readMembers(store, { tenant, incidentId }, ctx)) {
    // A later stretch of firing may belong to another incident, and what the alert says is of that one.
    const own = members.filter(({ alert, episode }) => alert.incidentId === incidentId && alert.episode === episode)
    const alerts = own.map(({ alert }) => ({ alert, texts: alertTexts(alert) }))
    const rows = alerts.filter(({ texts }) => goesFrom(selector, texts.copies)).map(({ texts }) => texts.blank())
    for (let at = 0; at < rows.length; at += pageSize) {
      const some = rows.slice(at, at + pageSize)
      const put = [{ kind: 'alerts', rows: some }] as const
      yield { digests: [], put, rows: some.length, incidents: [incidentId], pendingNotice: false }
    }
  }
}

async function* inTable(search: Search, table: TextTable, incidentId: string): AsyncGenerator<FoundTexts, void> {
  const { store, tenant, selector, ctx } = search
  const mentions = mentionedIn(selector)
  for (let after: string | undefined; ; ) {
    const query = { tenant, incidentId, limit: pageSize, ...(after !== undefined && { after }) }
    const page = await store.list(table, query, ctx)
    const read = page.map((row) => textsOf(table, row))
    const texts = await readTexts(
      store,
      tenant,
      read.flatMap((row) => row.digests),
      ctx,
    )
    const digests = [...texts.keys()].filter((digest) =>
      isThere(texts, digest, selector.mentions === undefined ? undefined : mentions),
    )
    const blank = read.filter(({ copies }) => goesFrom(selector, copies)).map((row) => row.blank())
    // `table` and its rows belong together, which the compiler cannot see behind the union.
    const put = blank.map((row) => ({ kind: 'document', table, row }) as Put)
    const pendingNotice = table === 'notice' && blank.some((row) => (row as Notice).state === 'pending')
    if (digests.length + put.length > 0) {
      yield { digests, put, rows: put.length, incidents: [incidentId], pendingNotice }
    }
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

/** Who made a recorded change, and where it can be read about, is known to no other row. */
async function* inChanges({ store, tenant, selector, ctx }: Search): AsyncGenerator<FoundTexts, void> {
  const mentions = mentionedIn(selector)
  for (let after: string | undefined; ; ) {
    const query = { tenant, limit: pageSize, ...(after !== undefined && { after }) }
    const page = await store.list('change', query, ctx)
    const put = page
      .filter(({ by = '', url = '' }) => (by !== '' && by === selector.principal) || mentions(by) || mentions(url))
      .map(({ by: _by, url: _url, ...row }) => ({ kind: 'document', table: 'change', row }) as const)
    if (put.length > 0) yield { digests: [], put, rows: put.length, incidents: [], pendingNotice: false }
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

async function* incidentIds({ store, tenant, ctx }: Search): AsyncGenerator<string, void> {
  for (let after: string | undefined; ; ) {
    const page = await store.list('incident', { tenant, limit: pageSize, ...(after !== undefined && { after }) }, ctx)
    for (const { id } of page) yield id
    after = page.at(-1)?.id
    if (page.length < pageSize) return
  }
}

/** Whether a text is there and, where words are looked for, they stand in it; one that was altered may hold them. */
function isThere(
  texts: ReadonlyMap<string, JoinedBlob>,
  digest: string,
  mentions: ((text: string) => boolean) | undefined,
): boolean {
  const found = texts.get(digest)
  if (found === undefined || 'erased' in found) return false
  return mentions === undefined || !('text' in found) || mentions(found.text)
}

function goesFrom(selector: ErasureSelector, copies: readonly string[]): boolean {
  return selector.incident === undefined ? copies.some(mentionedIn(selector)) : copies.length > 0
}

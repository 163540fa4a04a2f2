import type { Change, Expectation, Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import type { Incident } from '../../model/incident.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Partition } from '../../model/setting.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { redact } from '../../redact/redact.ts'
import { changesSetting } from '../changes.ts'
import { draft } from '../draft.ts'
import { alertsDigest } from '../intake/alerts-digest.ts'
import type { Parts } from '../parts.ts'
import type { Families } from './form-families.ts'
import { correlatedAlert, keyPuts, membershipOf, type PlacedAlert } from './join-alerts.ts'
import { inheritFrom, mergeIncidents } from './merge-incident.ts'
import type { Footing, HeldKey, PartitionName } from './read-chunk.ts'
import type { SettledFamily } from './settle-family.ts'

/** Everything that was decided about a chunk. */
export interface DecidedChunk {
  readonly name: PartitionName
  readonly footing: Footing
  readonly held: readonly HeldKey[]
  readonly families: Families
  readonly settled: readonly SettledFamily[]
  readonly placed: readonly PlacedAlert[]
}

const maxOutdated = 100
const maxReasons = 20

/** The one commit of a chunk; undefined when there is nothing to write. */
export async function chunkChange(parts: Parts, chunk: DecidedChunk, ctx: CallContext): Promise<Change | undefined> {
  const { name, footing, settled, placed } = chunk
  const partition = nextPartition(footing.partition, settled)
  const merges = settled.filter(({ merged }) => merged.length > 0)
  if (placed.length === 0 && merges.length === 0 && sameWaiting(partition, footing.partition)) return undefined
  const joined = joinedBy(placed)
  const written = settled.flatMap((each) => survivorRow(each, joined))
  const rows = await Promise.all(
    merges.map((each) =>
      mergeIncidents(parts, each.survivor, each.merged, (from) => mergedBecause(chunk, each, from), ctx),
    ),
  )
  const members = placed.flatMap((each) => (each.joins ? (membershipOf(each, parts.clock.now()) ?? []) : []))
  const put: Put[] = [
    { kind: 'document', table: 'partition', row: partition },
    ...written.map((row): Put => ({ kind: 'document', table: 'incident', row })),
    ...(placed.length === 0 ? [] : [{ kind: 'alerts', rows: placed.map(correlatedAlert) } as const]),
    ...(members.length === 0 ? [] : [{ kind: 'members', rows: members } as const]),
    ...keyPuts(name.cluster, placed, chunk.held),
    ...rows.flatMap((each) => each.put),
    ...raised(joined, merges),
    ...footing.changes.outdated.slice(0, maxOutdated).map(outdated),
  ]
  return {
    tenant: name.tenant,
    expect: [...expectations(chunk, written), ...rows.flatMap((each) => each.expect)],
    put,
    audit: [...opened(parts, settled), ...correlated(parts, joined), ...rows.flatMap((each) => each.audit)],
  }
}

/** Alerts by the incident that they join. */
type Joined = ReadonlyMap<string, readonly PlacedAlert[]>

function joinedBy(placed: readonly PlacedAlert[]): Joined {
  const joined = new Map<string, PlacedAlert[]>()
  for (const each of placed) {
    if (!each.joins || each.incident === undefined) continue
    const others = joined.get(each.incident.id) ?? []
    others.push(each)
    joined.set(each.incident.id, others)
  }
  return joined
}

/**
 * The survivor's row, where it must be written: it is new, it inherits something, or it is resolved and alerts come back,
 * so that a step that is about to close it loses against them.
 */
function survivorRow({ survivor, merged, opened: isNew }: SettledFamily, joined: Joined): readonly Incident[] {
  if (isNew) return [survivor]
  if (merged.length > 0) return [inheritFrom(survivor, merged)]
  return survivor.phase === 'resolved' && joined.has(survivor.id) ? [survivor] : []
}

/** What was read must still hold: the recorded changes, and that none of the incidents was closed meanwhile. */
function expectations(
  { footing, settled, placed }: DecidedChunk,
  written: readonly Incident[],
): readonly Expectation[] {
  const used = new Map(placed.flatMap(({ incident }) => (incident === undefined ? [] : [[incident.id, incident]])))
  for (const { merged } of settled) for (const { id } of merged) used.delete(id)
  for (const { id } of written) used.delete(id)
  return [
    { kind: 'revision', table: 'setting', id: changesSetting, revision: footing.changesRevision },
    ...[...used.values()].map(
      ({ id, revision }): Expectation => ({ kind: 'revision', table: 'incident', id, revision }),
    ),
  ]
}

function nextPartition(before: Partition, settled: readonly SettledFamily[]): Partition {
  const groups = settled.filter(({ waiting }) => waiting.length > 0)
  const waiting = groups.map((each) => [each.survivor, ...each.waiting].map(({ id }) => id).sort())
  return { ...before, state: waiting.length === 0 ? 'settled' : 'merging', waiting }
}

function sameWaiting(a: Partition, b: Partition): boolean {
  return JSON.stringify(a.waiting) === JSON.stringify(b.waiting)
}

function mergedBecause({ families }: DecidedChunk, { family }: SettledFamily, from: Incident): Redacted {
  for (const { keys } of family.alerts) {
    const key = keys.find((each) => families.isHeldBy(from.id, each))
    if (key !== undefined) return redact(key.because)
  }
  return message`belongs to an incident that it shares alerts with`
}

function raised(joined: Joined, merges: readonly SettledFamily[]): readonly Put[] {
  const ids = new Set([...joined.keys(), ...merges.map(({ survivor }) => survivor.id)])
  return [...ids].map((incidentId) => ({ kind: 'raise', incidentId }))
}

function outdated(change: RecordedChange): Put {
  return { kind: 'document', table: 'change', row: { ...change, state: 'old' } }
}

function opened(parts: Parts, settled: readonly SettledFamily[]): readonly AuditDraft[] {
  return settled
    .filter((each) => each.opened)
    .map(({ survivor: { id, title, cluster, resource } }) =>
      draft(parts, 'incident-opened', { kind: 'incident', id }, { title, cluster, ...(resource && { resource }) }),
    )
}

function correlated(parts: Parts, joined: Joined): readonly AuditDraft[] {
  return [...joined].map(([id, placed]) => {
    const because = [...new Set(placed.flatMap((each) => each.because))].slice(0, maxReasons)
    const alerts = alertsDigest(placed.map(({ known }) => known.alert))
    return draft(parts, 'alerts-correlated', { kind: 'incident', id }, { joined: placed.length, alerts, because })
  })
}

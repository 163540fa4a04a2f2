import { MendkitError } from '../../errors.ts'
import type { Put } from '../../model/change.ts'
import {
  type CitableFact,
  type Evidence,
  ownAlertsTool,
  type Reading,
  type ReadingSeries,
} from '../../model/evidence.ts'
import type { SeriesHistoryRow } from '../../model/history.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { EvidenceRequest } from '../../ports/evidence-source.ts'
import { message } from '../../redact/message.ts'
import { pseudonymMark } from '../../redact/pseudonyms.ts'
import { redactJson } from '../../redact/redact-json.ts'
import { redactResource } from '../../redact/redact-resource.ts'
import type { Mark } from '../../redact/span.ts'
import { understandReading, understandRequests } from '../answers/evidence.ts'
import { blobOf, blobPut } from '../blob.ts'
import { callPort } from '../call.ts'
import { digestOf } from '../digest.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'
import { readAlerts } from './alerts/read-alerts.ts'
import { redactFact } from './redact-fact.ts'
import { asSeries, seriesRows } from './series-rows.ts'

/** What is read for one incident. */
export type ReadingView = Pick<StepView, 'incident' | 'symptoms' | 'ctx'>

/** The evidence of one diagnosis while it is being collected. */
export interface Collection {
  readonly evidence: () => readonly Evidence[]
  readonly facts: () => readonly CitableFact[]
  /** Readings, and sources of readings, that may work when asked again later. */
  readonly outOfReach: () => number
  /** Rows and blobs to store. */
  readonly put: () => readonly Put[]
  read(request: EvidenceRequest): Promise<Evidence>
  /** The redacted text of a piece of evidence that was read here. */
  readonly textOf: (evidence: Evidence) => Redacted | undefined
  /** The redacted series of a piece of evidence that was read here. */
  readonly seriesOf: (evidence: Evidence) => readonly ReadingSeries[]
  /** Takes note of why something could not be read. */
  readonly missed: (error: unknown) => void
}

/** One reading with what it stores. */
interface Kept {
  readonly evidence: Evidence
  readonly text?: Redacted
  readonly series: readonly ReadingSeries[]
  readonly put: readonly Put[]
}

/**
 * Starts an empty collection. The same request is read once, and in all texts the same secret has the same marker; more than
 * `maxEvidence` readings are refused.
 */
export function collect(parts: Parts, view: ReadingView): Collection {
  const mark = pseudonymMark(() => parts.pseudonymKeyOf(view.incident))
  const readings = new Map<string, Promise<Kept>>()
  const done: Kept[] = []
  let outOfReach = 0

  function missed(error: unknown): void {
    if (MendkitError.is(error, 'unavailable')) outOfReach += 1
  }

  async function readOnce(request: EvidenceRequest): Promise<Evidence> {
    const key = digestOf([request.tool, request.input])
    const known = readings.get(key)
    if (known !== undefined) return (await known).evidence
    if (readings.size >= parts.settings.diagnosis.maxEvidence) {
      throw new MendkitError(
        'rejected',
        `a diagnosis keeps at most ${parts.settings.diagnosis.maxEvidence} readings; read less, or raise settings.diagnosis.maxEvidence`,
      )
    }
    const reading = readAsEvidence(parts, view, request, missed, mark)
    readings.set(key, reading)
    const kept = await reading
    done.push(kept)
    return kept.evidence
  }

  return {
    evidence: () => done.map((each) => each.evidence),
    facts: () => done.flatMap((each) => citableFacts(each.evidence)),
    put: () => done.flatMap((each) => each.put),
    outOfReach: () => outOfReach,
    textOf: ({ id }) => done.find((each) => each.evidence.id === id)?.text,
    seriesOf: ({ id }) => done.find((each) => each.evidence.id === id)?.series ?? [],
    missed,
    read: readOnce,
  }
}

/**
 * Reads the incident's own alerts, and what every evidence source wants to know about the incident up front. A source that fails
 * is left out, loudly.
 */
export async function gatherUpFront(parts: Parts, view: ReadingView, collection: Collection): Promise<void> {
  await collection.read({ tool: ownAlertsTool, input: {} })
  const incident = viewOf(view.incident)
  for (const source of parts.evidenceSources) {
    const ask = (ctx: StepView['ctx']) => source.gather(incident, view.symptoms, ctx)
    const requests = await askSource(parts, view, source.id, ask, collection.missed)
    const room = parts.settings.diagnosis.maxEvidence - collection.evidence().length
    await Promise.all(requests.slice(0, Math.max(0, room)).map((request) => collection.read(request)))
  }
}

async function askSource(
  parts: Parts,
  view: ReadingView,
  source: string,
  ask: (ctx: StepView['ctx']) => Promise<readonly EvidenceRequest[]>,
  missed: Collection['missed'],
): Promise<readonly EvidenceRequest[]> {
  try {
    const what = `evidence source ${source}`
    return understandRequests(what, await callPort(parts, what, view.ctx, ask))
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    missed(error)
    parts.metrics.count('mendkit_evidence_failures_total', { tool: source })
    parts.log.warn(describeFailure(`evidence source ${source} could not say what to gather`, error))
    return []
  }
}

/** How one request is answered. */
interface Reader {
  readonly name: string
  read(ctx: StepView['ctx']): Promise<Reading>
}

function readerOf(parts: Parts, view: ReadingView, { tool: name, input }: EvidenceRequest): Reader | undefined {
  if (name === ownAlertsTool) return { name, read: (ctx) => readAlerts(parts, view, ctx) }
  const tool = parts.tools.get(name)
  return tool && { name: tool.name, read: (ctx) => tool.read(input, ctx) }
}

async function readAsEvidence(
  parts: Parts,
  view: ReadingView,
  request: EvidenceRequest,
  missed: Collection['missed'],
  mark: Mark,
) {
  const tool = readerOf(parts, view, request)
  const base = {
    tenant: view.incident.tenant,
    id: parts.ids.next('evi'),
    incidentId: view.incident.id,
    tool: tool?.name ?? 'unknown',
    input: redactJson(request.input) as JsonObject,
    collectedAt: parts.clock.now(),
    revision: 0,
  }
  try {
    if (tool === undefined)
      throw new MendkitError('not-found', message`there is no evidence tool named ${request.tool}`)
    const what = message`tool ${tool.name}`
    const answer = await callPort(parts, what, view.ctx, (ctx) => tool.read(ctx))
    const reading = understandReading(what, answer)
    const words = [...(reading.warnings ?? []).map((warning) => `warning: ${warning}`), reading.text ?? ''].filter(
      Boolean,
    )
    const blob = words.length === 0 ? undefined : blobOf(parts, base.tenant, words.join('\n'), mark)
    const evidence: Evidence = {
      ...base,
      facts: reading.facts.map(redactFact),
      warnings: reading.warnings?.length ?? 0,
      ...(reading.resource && { resource: redactResource(reading.resource) }),
      ...(blob && { text: blob.digest }),
    }
    return stored(evidence, blob, seriesRows(evidence, reading.series ?? []))
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    missed(error)
    parts.metrics.count('mendkit_evidence_failures_total', { tool: base.tool })
    const blob = blobOf(
      parts,
      base.tenant,
      `${request.tool} failed: ${error instanceof Error ? error.message : String(error)}`,
      mark,
    )
    return stored({ ...base, facts: [], warnings: 1, text: blob.digest }, blob)
  }
}

function stored(
  evidence: Evidence,
  blob: ReturnType<typeof blobOf> | undefined,
  series: readonly SeriesHistoryRow[] = [],
): Kept {
  const row: Put = { kind: 'document', table: 'evidence', row: evidence }
  const kept: Put[] = series.length === 0 ? [] : [{ kind: 'history', rows: series }]
  const put = [...(blob === undefined ? [] : [blobPut(blob)]), row, ...kept]
  return { evidence, series: series.flatMap(asSeries), put, ...(blob && { text: blob.text }) }
}

function citableFacts(evidence: Evidence): readonly CitableFact[] {
  return evidence.facts.map((fact, index) => ({
    ...fact,
    tool: evidence.tool,
    citation: { evidenceId: evidence.id, fact: index },
  }))
}

import { isDeepStrictEqual } from 'node:util'
import {
  type Integration,
  type LanguageModel,
  MendkitError,
  type Policy,
  type Reading,
  type Resource,
  resourceKey,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { z } from 'zod'
import { modelOnly, rulesOnly, rulesThenModel } from '../play/analyzers.ts'
import { type MakeAnalyzers, playThrough } from '../play/play-through.ts'
import { emptyCluster } from '../world/open-world.ts'
import type { Bundle } from './bundle.ts'
import { recordedModel } from './recorded-model.ts'
import { type DecisionTrace, differences, type TraceDifference, traceHash, traceOf } from './trace.ts'

/** With what a bundle is replayed. */
export interface ReplayOptions {
  /** @default the rules, and then the recorded turns of the model, where there are any */
  readonly analyzers?: MakeAnalyzers
  /** Explains in place of the recorded turns what the rules cannot. */
  readonly model?: LanguageModel
  readonly policies?: readonly Policy[]
  readonly signal?: AbortSignal
}

/** What a replay came to. */
export interface Replay {
  readonly incident: string
  readonly trace: DecisionTrace
  /** SHA-256 of the trace: the same bundle replayed with the same analyzers has the same. */
  readonly hash: string
  /** Whether it is what was decided then. */
  readonly same: boolean
  readonly differences: readonly TraceDifference[]
  readonly tokens: number
  readonly calls: number
  readonly ms: number
}

/**
 * Explains the incident of a bundle again, offline: the real engine on recorded readings. A reading that was never made is
 * `not-found`. With another model, analyzer or policy the differences tell what it would have decided.
 */
export async function replayBundle(bundle: Bundle, options: ReplayOptions = {}): Promise<Replay> {
  const { policies, signal } = options
  const { incident, alerts, changes } = bundle
  const now = Math.max(incident.openedAt, ...alerts.map(({ startsAt }) => Date.parse(startsAt)))
  const asOf = new Date(now).toISOString()
  const told = alerts.map(({ labels, annotations, status, startsAt }) => ({ labels, annotations, status, startsAt }))
  const played = await playThrough(
    {
      id: incident.id,
      now,
      integrations: [recorded(bundle), catalogueOf(incident.cluster)],
      changes: changes
        .filter(({ at, resource, labels }) => at <= now && (resource ?? labels) !== undefined)
        .map(({ at, ...change }) => ({ ...change, at: new Date(at).toISOString() })),
      batches: [
        {
          afterMs: 0,
          batch: {
            source: 'replay',
            cluster: incident.cluster,
            complete: false,
            delivery: 'pushed',
            asOf,
            alerts: told,
          },
        },
      ],
      ...(policies !== undefined && { policies }),
      // Whatever mappings the host had, alerts are about what they were about.
      settings: {
        mappings: [
          {
            id: 'recorded',
            resource: (labels) => alerts.find((each) => isDeepStrictEqual({ ...each.labels }, { ...labels }))?.resource,
          },
        ],
      },
    },
    { analyzers: analyzersOf(bundle, options), ...(signal !== undefined && { signal }) },
  )
  const [first] = played.incidents
  const trace = traceOf(first ?? { hypotheses: [], actions: [] })
  const spent = played.incidents.flatMap(({ spending }) => spending ?? [])
  return {
    incident: incident.id,
    trace,
    hash: traceHash(trace),
    same: traceHash(trace) === bundle.hash,
    differences: differences(bundle.decided, trace),
    tokens: spent.reduce((sum, { tokens }) => sum + tokens, 0),
    calls: spent.reduce((sum, { calls }) => sum + calls, 0),
    ms: Math.round(played.ms),
  }
}

function analyzersOf(bundle: Bundle, { analyzers, model }: ReplayOptions): MakeAnalyzers {
  if (analyzers !== undefined) return analyzers
  if (model !== undefined) return rulesThenModel(model)
  return bundle.turns.length === 0 ? rulesOnly : modelOnly(recordedModel(bundle))
}

/** The recorded readings as evidence, and the owners of what alerts were about. The engine reads the alerts themselves again. */
function recorded({ evidence: all, alerts, incident }: Bundle): Integration {
  const evidence = all.filter(({ tool }) => !tool.startsWith('mendkit.'))
  const owners = new Map(
    alerts.flatMap(({ resource, topmost }) => (resource && topmost ? [[resourceKey(resource), topmost] as const] : [])),
  )
  const tools = [...new Set(evidence.map(({ tool }) => tool))]
  return {
    clusters: [incident.cluster],
    topology: [
      { spec: 1, id: 'recorded', owners: async (resource) => ownerOf(resource, owners.get(resourceKey(resource))) },
    ],
    evidence: [
      {
        spec: 1,
        id: 'recorded',
        gather: async () => evidence.map(({ tool, input }) => ({ tool, input })),
        tools: tools.map((name) => ({
          name,
          description: 'A recorded reading.',
          input: z.record(z.string(), z.json()),
          async read(input): Promise<Reading> {
            const found = evidence.find((each) => each.tool === name && isDeepStrictEqual(each.input, input))
            if (found === undefined) throw new MendkitError('not-found', `${name} was not read with this input then`)
            const { facts, text, resource } = found
            return { facts, ...(text !== undefined && { text }), ...(resource && { resource }) }
          },
        })),
      },
    ],
  }
}

function ownerOf(resource: Resource, topmost: Resource | undefined) {
  if (topmost === undefined) return undefined
  return resourceKey(topmost) === resourceKey(resource) ? [] : [{ ...topmost, labels: {} }]
}

/** Rules and actions as a host has them, on a cluster in which nothing is there. */
function catalogueOf(cluster: string): Integration {
  const { rules = [], remediators = [] } = kubernetes({ cluster, nodes: true, read: emptyCluster() })
  return { rules, remediators }
}

import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
  lastHeartbeatTime: z.string().nullish(),
})

const nodeSchema = z.looseObject({
  spec: z
    .looseObject({
      unschedulable: z.boolean().default(false),
      taints: z.array(z.looseObject({ key: z.string(), value: z.string().nullish(), effect: z.string() })).nullish(),
    })
    .prefault({}),
  status: z.looseObject({ conditions: z.array(conditionSchema).default([]) }).prefault({}),
})

/** Conditions that say of what a node has too little. */
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const
/** What the control plane puts on a node by itself begins with this. */
const OWN_TAINTS = 'node.kubernetes.io/'

/** One condition of a Node. */
export type NodeCondition = z.output<typeof conditionSchema>

/** A Node, with the fields that are read here. */
export interface Node {
  readonly cordoned: boolean
  readonly ready: boolean
  /** What the condition Ready says: `Unknown` when its kubelet has gone silent. Undefined where there is none. */
  readonly readiness: NodeCondition | undefined
  /** Of what it has too little: `MemoryPressure`, `DiskPressure`, `PIDPressure`. */
  readonly pressures: readonly string[]
  /** When its kubelet last reported, ms since 1970; undefined when nobody knows. */
  readonly heardAt: number | undefined
  /** What the control plane keeps pods away for, such as `not-ready` or `memory-pressure`. */
  readonly taints: readonly string[]
  /** What people and other controllers keep pods away for, in order, as `key=value:effect`. */
  readonly othersTaints: readonly string[]
  readonly conditions: readonly NodeCondition[]
}

/** Reads a Node's fields. Throws `bad-response` that names the field. */
export function parseNode(object: KubernetesObject): Node {
  const { spec, status } = parseForm(nodeSchema, object)
  const condition = (wanted: string) => status.conditions.find(({ type }) => type === wanted)
  const readiness = condition('Ready')
  const heardAt = Date.parse(readiness?.lastHeartbeatTime ?? '')
  return {
    cordoned: spec.unschedulable,
    ready: readiness?.status === 'True',
    readiness,
    pressures: PRESSURES.filter((each) => condition(each)?.status === 'True'),
    heardAt: Number.isNaN(heardAt) ? undefined : heardAt,
    taints: (spec.taints ?? [])
      .map(({ key }) => key)
      .flatMap((key) => (key.startsWith(OWN_TAINTS) ? [key.slice(OWN_TAINTS.length)] : [])),
    othersTaints: (spec.taints ?? [])
      .filter(({ key }) => !key.startsWith(OWN_TAINTS))
      .map(({ key, value, effect }) => `${key}=${value ?? ''}:${effect}`)
      .sort(),
    conditions: status.conditions,
  }
}

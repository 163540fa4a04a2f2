import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const nodeSchema = z.looseObject({
  spec: z.looseObject({ unschedulable: z.boolean().default(false) }).prefault({}),
  status: z
    .looseObject({
      conditions: z
        .array(
          z.looseObject({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            lastTransitionTime: z.string().optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
})

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const

/** A Node, with the fields that are read here. */
export interface Node {
  readonly cordoned: boolean
  readonly ready: boolean
  /** Since when it is ready, or is not. RFC 3339. */
  readonly readySince: string | undefined
  /** Of what it has too little: `MemoryPressure`, `DiskPressure`, `PIDPressure`. */
  readonly pressures: readonly string[]
}

/** Reads a Node's fields. Throws `bad-response` that names the field. */
export function parseNode(object: KubernetesObject): Node {
  const { spec, status } = parseForm(nodeSchema, object)
  const condition = (wanted: string) => status.conditions.find(({ type }) => type === wanted)
  return {
    cordoned: spec.unschedulable,
    ready: condition('Ready')?.status === 'True',
    readySince: condition('Ready')?.lastTransitionTime,
    pressures: PRESSURES.filter((each) => condition(each)?.status === 'True'),
  }
}

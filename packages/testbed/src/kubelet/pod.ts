import { z } from 'zod'

const containerSchema = z.object({
  name: z.string(),
  image: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
})

/** The part of a pod that a kubelet needs to run it. */
export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ uid: z.string(), controller: z.boolean().optional() })).default([]),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).default([]),
    schedulingGates: z.array(z.unknown()).default([]),
  }),
  status: z.object({ phase: z.string().optional() }).default({}),
})

/** A pod as the API server has it. */
export type Pod = z.infer<typeof podSchema>

/** One container of a pod's specification. */
export type PodContainer = z.infer<typeof containerSchema>

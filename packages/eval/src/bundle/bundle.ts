import { MendkitError, message, type RecordedTurn } from '@mendkit/core'
import { z } from 'zod'

const resource = z.strictObject({
  cluster: z.string(),
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().exactOptional(),
  name: z.string(),
  uid: z.string().exactOptional(),
})
const json = z.record(z.string(), z.json())
const labels = z.record(z.string(), z.string())

const alert = z.strictObject({
  labels,
  annotations: labels,
  status: z.enum(['firing', 'suppressed', 'resolved']),
  startsAt: z.string(),
  resource: resource.exactOptional(),
  topmost: resource.exactOptional(),
})

const fact = z.looseObject({
  name: z.string(),
  kind: z.enum(['status', 'spec', 'metric', 'event', 'log', 'change', 'alert']),
  value: z.union([z.string(), z.number(), z.boolean()]),
  resource: resource.exactOptional(),
  observedAt: z.string().exactOptional(),
  holds: z.enum(['equal', 'at-least']).exactOptional(),
})

const evidence = z.strictObject({
  tool: z.string(),
  input: json,
  resource: resource.exactOptional(),
  facts: z.array(fact),
  text: z.string().exactOptional(),
})

const trace = z.strictObject({
  hypotheses: z.array(
    z.strictObject({ cause: z.string(), entity: z.string().nullable(), confidence: z.enum(['low', 'medium', 'high']) }),
  ),
  actions: z.array(z.strictObject({ type: z.string(), target: z.string().nullable(), params: json })),
})

/** The form of a bundle, version 1. Every text in it has passed the redactor on its way into the store. */
export const bundleSchema = z.strictObject({
  bundle: z.literal(1),
  incident: z.strictObject({ id: z.string(), title: z.string(), cluster: z.string(), openedAt: z.number() }),
  alerts: z.array(alert).min(1),
  changes: z.array(
    z.strictObject({
      kind: z.string(),
      at: z.number(),
      resource: resource.exactOptional(),
      labels: labels.exactOptional(),
    }),
  ),
  evidence: z.array(evidence),
  /** Calls of models in their order. */
  turns: z.array(z.custom<RecordedTurn>((value) => typeof value === 'object' && value !== null && 'state' in value)),
  /** What was decided then, and its digest. */
  decided: trace,
  hash: z.string(),
})

/** An incident as one document: enough to explain it again without its cluster and its models. */
export type Bundle = z.output<typeof bundleSchema>

/** Reads a bundle. Throws `invalid` that names the file and the field. */
export function parseBundle(text: string, name: string): Bundle {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MendkitError('invalid', message`${name} is no JSON`, { cause })
  }
  const parsed = bundleSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.join('.') ?? ''
  throw new MendkitError(
    'invalid',
    message`${name}: ${path || 'the whole file'}: ${issue?.message ?? 'is not valid'}`,
    { path },
  )
}

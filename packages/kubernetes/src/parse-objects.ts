import { z } from 'zod'
import { badAnswer, type RequestIntent } from './api-failure.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

const text = z.record(z.string(), z.string()).optional()

const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  deletionTimestamp: z.string().optional(),
  labels: text,
  annotations: text,
  ownerReferences: z
    .array(
      z.looseObject({
        apiVersion: z.string(),
        kind: z.string(),
        name: z.string(),
        uid: z.string(),
        controller: z.boolean().optional(),
      }),
    )
    .optional(),
})

const objectSchema = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: metadataSchema })
const unstoredSchema = objectSchema.extend({
  metadata: metadataSchema.extend({ resourceVersion: z.string().default('') }),
})
const itemSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: metadataSchema,
})
const pageSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(itemSchema).nullish(),
})
const watchLineSchema = z.looseObject({ type: z.string(), object: z.looseObject({}) })

/** Checks the metadata of one object. Throws `bad-response`. */
export function parseObject(value: unknown, intent: RequestIntent): KubernetesObject {
  return checked(objectSchema, value, intent)
}

/** The same for an object that a dry run made: it has no version yet, which reads as an empty one. */
export function parseUnstored(value: unknown, intent: RequestIntent): KubernetesObject {
  return checked(unstoredSchema, value, intent)
}

/** One page of a list. The API server leaves `apiVersion` and `kind` off its items; they are put back here. */
export function parsePage(
  value: unknown,
  kind: { readonly apiVersion: string; readonly kind: string },
  intent: RequestIntent,
): { items: KubernetesObject[]; resourceVersion: string; next: string | undefined } {
  const page = checked(pageSchema, value, intent)
  return {
    items: (page.items ?? []).map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind })),
    resourceVersion: page.metadata.resourceVersion,
    next: page.metadata.continue || undefined,
  }
}

/** One line of a watch: its type and its still unchecked object. */
export function parseWatchLine(line: string, intent: RequestIntent): { type: string; object: unknown } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw badAnswer(intent, 'a line of the watch is not JSON')
  }
  return checked(watchLineSchema, value, intent)
}

/** Checks any other answer. Throws `bad-response` that names the field, never its value. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, intent: RequestIntent): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const where = parsed.error.issues[0]?.path.join('.') || 'the whole answer'
  throw badAnswer(intent, `the answer has an unexpected form at ${where}`)
}

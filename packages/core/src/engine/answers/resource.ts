import { z } from 'zod'
import type { LabelledResource, Resource } from '../../model/resource.ts'
import { once } from '../../once.ts'
import { redactResource } from '../../redact/redact-resource.ts'
import { fields, text, understand } from './understand.ts'

const parts = once(() => {
  const part = text
    .min(1)
    .max(1_000)
    .refine((value) => !value.includes('\0'), 'must be text without NUL')
  return {
    cluster: part,
    apiVersion: part,
    kind: part,
    namespace: part.exactOptional(),
    name: part,
    uid: part.exactOptional(),
  }
})

/** A resource, without anything else that it carries. */
export const resourceSchema = once<z.ZodType<Resource>>(() => fields(parts()))

/** A resource with the labels that policies read. */
export const labelledSchema = once<z.ZodType<LabelledResource>>(() =>
  fields({ ...parts(), labels: z.record(text, text) }),
)

const ownersSchema = once<z.ZodType<readonly Resource[] | undefined>>(() => z.array(resourceSchema()).optional())

const targetSchema = once(() => resourceSchema().optional())

/** A resource that a mapping answered, redacted; undefined when it is none. */
export function checkedResource(value: unknown): Resource | undefined {
  const { data } = resourceSchema().safeParse(value)
  return data && redactResource(data)
}

/** The owners that a topology answered, redacted. A wrong answer counts as a failure of that topology. */
export function understandOwners(who: string, answer: unknown): readonly Resource[] | undefined {
  return understand(who, ownersSchema(), answer)?.map(redactResource)
}

/** The target that an action named. With a wrong answer no plan can be made. */
export function understandTarget(who: string, answer: unknown): Resource | undefined {
  return understand(who, targetSchema(), answer)
}

import { z } from 'zod'
import { invalidObject } from './api-errors.ts'
import { sameJson } from './canonical.ts'
import type { StoredObject } from './schemas.ts'

const text = z.record(z.string(), z.string())
const jobSchema = z.looseObject({
  spec: z.looseObject({
    manualSelector: z.boolean().default(false),
    selector: z.looseObject({ matchLabels: text.default({}) }).optional(),
    template: z.looseObject({
      metadata: z.looseObject({ labels: text.default({}) }).prefault({}),
      spec: z.looseObject({ containers: z.array(z.unknown()).min(1) }),
    }),
  }),
})

const CONTROLLER = ['batch.kubernetes.io/controller-uid', 'controller-uid']
const NAME = ['batch.kubernetes.io/job-name', 'job-name']

/**
 * A new Job with the selector, and the labels of its pods, that the API server makes of its UID and name. One that brings
 * those of another Job is refused, unless it says that its selector is its own business.
 */
export function ownSelector(object: StoredObject, uid: string): StoredObject {
  if (object.kind !== 'Job') return object
  const { name } = object.metadata
  const job = parseJob(object)
  const { manualSelector, selector, template } = job.spec
  if (manualSelector) return object
  const made: Readonly<Record<string, string>> = Object.fromEntries([
    ...CONTROLLER.map((key) => [key, uid]),
    ...NAME.map((key) => [key, name]),
  ])
  const labels = { ...made, ...template.metadata.labels }
  const own = { matchLabels: { [String(CONTROLLER[0])]: uid } }
  const foreign = Object.keys(made).find((key) => labels[key] !== made[key])
  if (foreign !== undefined)
    throw refused(name, `spec.template.metadata.labels[${foreign}]`, 'must be the generated one')
  if (selector !== undefined && !sameJson(selector, own))
    throw refused(name, 'spec.selector', '`selector` not auto-generated')
  const metadata = { ...template.metadata, labels }
  return { ...object, spec: { ...job.spec, selector: own, template: { ...template, metadata } } }
}

/** A Job as whoever makes it again would write it. */
export function withoutOwnSelector(object: StoredObject): StoredObject {
  if (object.kind !== 'Job') return object
  const { spec } = parseJob(object)
  const { selector: _, ...rest } = spec
  const labels = Object.entries(spec.template.metadata.labels).filter(
    ([key]) => ![...CONTROLLER, ...NAME].includes(key),
  )
  const metadata = { ...spec.template.metadata, labels: Object.fromEntries(labels) }
  return { ...object, spec: { ...rest, template: { ...spec.template, metadata } } }
}

function parseJob({ metadata, ...rest }: StoredObject): z.output<typeof jobSchema> {
  const parsed = jobSchema.safeParse(rest)
  if (parsed.success) return parsed.data
  throw refused(metadata.name, parsed.error.issues[0]?.path.join('.') ?? 'spec', 'Required value')
}

function refused(name: string, field: string, message: string) {
  return invalidObject('Job', name, [{ reason: 'FieldValueInvalid', field, message }])
}

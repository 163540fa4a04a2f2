import { createHash } from 'node:crypto'
import { type Json, type JsonObject, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { MARK_ANNOTATION } from './annotations.ts'
import type { KubernetesObject, NewObject } from './kubernetes-client.ts'
import { markText } from './mark.ts'
import { parseForm } from './parse-form.ts'

/** The name of a Job is a label of its pods, and those of an Indexed Job add a number to it. */
const MAX_NAME = 52
const SUFFIX = /-again-[0-9a-f]{8}$/

/** What the API server, or the CronJob's controller, wrote for this one Job and no other. */
const OF_ONE_JOB = [
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/cronjob-scheduled-timestamp',
  'batch.kubernetes.io/job-tracking',
]
/** Words of those who keep objects from manifests, which the new Job is not from, and our own marks. */
const OF_A_MANAGER = /^(kubectl\.kubernetes\.io|meta\.helm\.sh|helm\.sh|mendkit\.dev\/(execution|fence)$)/
/** What kubectl writes on a Job that it makes of a CronJob by hand. */
const MANUAL = { 'cronjob.kubernetes.io/instantiate': 'manual' }

const jobSchema = z.looseObject({
  spec: z.looseObject({
    parallelism: z.number().default(1),
    completions: z.number().nullish(),
    manualSelector: z.boolean().default(false),
  }),
})
const specSchema = z.record(z.string(), z.json())
const templateSchema = z.looseObject({ metadata: z.looseObject({}).prefault({}) })

/** What it takes to run a Job again. */
export interface Rerun {
  /** The new Job, as it is to be made. */
  readonly manifest: NewObject
  /** Pods that it lets run at once. */
  readonly pods: number
  /** Somebody chose its selector by hand, so that another Job would take its pods for its own. */
  readonly sharesPods: boolean
}

/**
 * The name under which a Job is run again. It follows from the Job alone, so that one Job is run again once: whoever tries
 * it a second time finds the name taken, whoever they are and whatever became of their requests.
 */
export function rerunName({ name, uid }: { readonly name: string; readonly uid: string }): string {
  const suffix = `-again-${createHash('sha256').update(uid).digest('hex').slice(0, 8)}`
  const stem = name.replace(SUFFIX, '').slice(0, MAX_NAME - suffix.length)
  return `${stem.replace(/[-.]+$/, '')}${suffix}`
}

/** The new Job that runs the same again: without what belonged to the old one, under our mark. Throws `bad-response`. */
export function rerunOf(object: KubernetesObject, executionId: string): Rerun {
  const { parallelism, completions, manualSelector } = parseForm(jobSchema, object).spec
  const { name, uid, namespace, labels = {}, annotations = {} } = object.metadata
  const owner = cronJobOf(object)
  return {
    pods: Math.min(parallelism, completions ?? parallelism),
    sharesPods: manualSelector,
    manifest: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: rerunName({ name, uid }),
        ...(namespace === undefined ? {} : { namespace }),
        labels: kept(labels),
        annotations: {
          ...kept(annotations),
          ...(owner === undefined ? {} : MANUAL),
          [MARK_ANNOTATION]: markText({ execution: executionId }),
        },
        ...(owner === undefined ? {} : { ownerReferences: [owner] }),
      },
      spec: rerunSpec(object['spec']),
    },
  }
}

/** A Job's spec as another Job can have it; the same for the Job and for what it is run again as. Throws `bad-response`. */
export function rerunSpec(value: unknown): JsonObject {
  const parsed = specSchema.safeParse(value)
  if (!parsed.success) throw new MendkitError('bad-response', 'the spec of a Job is not JSON')
  // One that has ended and was suspended afterwards would not run.
  const { selector: _, manualSelector: __, suspend: ___, template = {}, ...rest } = parsed.data
  return { ...rest, template: rerunTemplate(template) }
}

/** A pod template without what belongs to the pods of one Job. Throws `bad-response`. */
export function rerunTemplate(value: unknown): JsonObject {
  const template = templateSchema.safeParse(value)
  const json = specSchema.safeParse(template.data)
  if (!json.success) throw new MendkitError('bad-response', 'the pod template of a Job has an unexpected form')
  const metadata = specSchema.parse(json.data['metadata'])
  const { creationTimestamp: _, labels = {}, ...rest } = metadata
  return { ...json.data, metadata: { ...rest, labels: ownLabels(labels) } }
}

function ownLabels(labels: Json): JsonObject {
  const parsed = z.record(z.string(), z.string()).safeParse(labels)
  return without(parsed.data ?? {}, (key) => OF_ONE_JOB.includes(key))
}

function kept(entries: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const helm = entries['app.kubernetes.io/managed-by'] === 'Helm' ? ['app.kubernetes.io/managed-by'] : []
  return without(entries, (key) => OF_ONE_JOB.includes(key) || OF_A_MANAGER.test(key) || helm.includes(key))
}

function without(entries: Readonly<Record<string, string>>, drops: (key: string) => boolean) {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !drops(key)))
}

/**
 * The CronJob that made a Job keeps the new one as its own, so that its history limits count it. It does not block the
 * CronJob's deletion, which would need a permission on CronJobs.
 */
function cronJobOf({ metadata }: KubernetesObject): JsonObject | undefined {
  const owner = metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'CronJob')
  if (owner === undefined) return undefined
  const { apiVersion, kind, name, uid } = owner
  return { apiVersion, kind, name, uid, controller: true }
}

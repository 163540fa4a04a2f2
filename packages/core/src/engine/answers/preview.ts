import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { BlastRadius, Preview } from '../../model/plan.ts'
import { once } from '../../once.ts'
import { labelledSchema, resourceSchema } from './resource.ts'
import { count, fields, json, name, text, understand } from './understand.ts'

const lockKeysSchema = once(() => z.array(name).min(1))

const blastRadiusSchema = once<z.ZodType<BlastRadius>>(() =>
  fields({ resources: z.array(resourceSchema()), replicas: count }),
)

const previewSchema = once<z.ZodType<Preview>>(() =>
  fields({
    before: json,
    after: json,
    guard: json,
    target: labelledSchema().exactOptional(),
    diff: text.exactOptional(),
    dryRun: z.enum(['done', 'not-permitted', 'none']).exactOptional(),
    risk: z.enum(['low', 'medium', 'high']).exactOptional(),
    approvalFields: json.exactOptional(),
    lockKeys: lockKeysSchema().exactOptional(),
    blastRadius: blastRadiusSchema().exactOptional(),
    managedBy: z.array(name).exactOptional(),
    autonomyLimit: z.enum(['off', 'suggest', 'approve']).exactOptional(),
    doubts: z.array(name).exactOptional(),
    refused: text.exactOptional(),
    alreadySo: z.boolean().exactOptional(),
  }),
)

/**
 * What an action shows. A preview that is not well-formed is refused with its first fault, so that the plan is denied and
 * a person reads why.
 */
export function understandPreview(who: string, answer: unknown): Preview {
  try {
    return understand(who, previewSchema(), answer)
  } catch (error) {
    if (!MendkitError.is(error, 'bad-response')) throw error
    return { before: null, after: null, guard: null, refused: error.message }
  }
}

/** The lock keys that an action names. With a wrong answer no plan can be made. */
export function understandLockKeys(who: string, answer: unknown): readonly string[] {
  return understand(who, lockKeysSchema(), answer)
}

/** The blast radius that an action states. With a wrong answer no plan can be made. */
export function understandBlastRadius(who: string, answer: unknown): BlastRadius {
  return understand(who, blastRadiusSchema(), answer)
}

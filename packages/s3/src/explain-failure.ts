import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

const failure = z.object({ name: z.string(), $metadata: z.object({ httpStatusCode: z.int().optional() }).optional() })

/** The HTTP status that a call of the vendor's client failed with; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return failure.safeParse(error).data?.$metadata?.httpStatusCode
}

/** What a failed call means. The vendor's words stand in no error: they may repeat what was sent. */
export function explainFailure(error: unknown, bucket: string, permission: string): MendkitError {
  const name = failure.safeParse(error).data?.name ?? 'Error'
  const status = statusOf(error)
  const facts = status === undefined ? {} : { status }
  if (name === 'NoSuchBucket')
    return new MendkitError('not-found', `there is no bucket ${bucket}: make it, with object lock`, facts)
  if (status === 401 || status === 403) {
    return new MendkitError(
      'forbidden',
      `bucket ${bucket} refuses (${name}): the credentials need ${permission}`,
      facts,
    )
  }
  if (status === 400) {
    const todo = 'make the bucket with object lock, and check region and endpoint'
    return new MendkitError('config', `bucket ${bucket} does not take anchors (${name}): ${todo}`, facts)
  }
  if (/Credentials/.test(name)) {
    return new MendkitError(
      'config',
      `there are no credentials for bucket ${bucket}: give a client, or set them up for the AWS SDK`,
    )
  }
  const what = status === undefined ? `cannot be reached (${name})` : `can answer nothing now (HTTP ${status}, ${name})`
  return new MendkitError('unavailable', `bucket ${bucket} ${what}`, facts)
}

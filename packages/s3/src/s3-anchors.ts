import {
  type Anchor,
  type AnchorPlace,
  type AnchorSink,
  assertSameRoot,
  type CallContext,
  checkLimit,
  MendkitError,
  parseCheckpoint,
  readOptions,
} from '@mendkit/core'
import { z } from 'zod'
import { type HostS3Client, type ObjectClient, objectClient } from './client.ts'
import { explainFailure, statusOf } from './explain-failure.ts'
import { type AnchorVersion, findVersions, greatestSize } from './find-anchors.ts'
import { anchorKey, logFolder } from './parse-key.ts'

/** Options of `s3Anchors`. */
export interface S3AnchorsOptions {
  /** A bucket that was made with object lock. */
  readonly bucket: string
  /** Days for which S3 lets nobody change or delete an anchor, the owner of the account included. From 1 to 36_500. */
  readonly retainDays: number
  /** What the keys begin with, such as `mendkit/`. @default '' */
  readonly prefix?: string
  /** Your own client, with your credentials. @default one with the credentials that the AWS SDK finds */
  readonly client?: HostS3Client
  /** @default what the AWS SDK finds */
  readonly region?: string
  /** The address of an S3-compatible server. @default that of AWS */
  readonly endpoint?: string
  /** Whether the bucket stands in the path and not in the name of the host. @default false */
  readonly forcePathStyle?: boolean
  /** Milliseconds after which a request counts as failed; with a client of your own, that is the client's business. @default 10_000 */
  readonly timeoutMs?: number
  /** @default `s3:` with bucket and prefix */
  readonly id?: string
  /** Say `this-machine` of a server that stands beside the log. @default 'elsewhere' */
  readonly apart?: AnchorPlace['apart']
}

const days = 'must be a whole number of days from 1 to 36_500'
const shape = z.strictObject(
  {
    bucket: z.string({ error: 'must be the name of a bucket' }).min(1, 'must be the name of a bucket'),
    retainDays: z.int({ error: days }).min(1, days).max(36_500, days),
    prefix: z.string().max(500).optional(),
    client: z
      .custom((value) => typeof value === 'object' && value !== null && 'send' in value, 'must be an S3Client')
      .optional(),
    region: z.string().optional(),
    endpoint: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    forcePathStyle: z.boolean().optional(),
    timeoutMs: z.int().min(1).max(2_147_483_647).optional(),
    id: z.string().min(1).optional(),
    apart: z.enum(['same-database', 'this-machine', 'elsewhere']).optional(),
  },
  { error: 'must be an object with `bucket` and `retainDays`' },
)

const dayMs = 86_400_000
/** Anchors that are read at once. */
const atOnce = 8

/**
 * Keeps anchors in a bucket of S3, or of a server that speaks it, one object each: created only where there is none
 * (`If-None-Match: *`), under object lock in compliance mode for `retainDays`. Anchors are read with all versions of their objects,
 * so that a delete marker, or a newer version, hides none.
 *
 * `put` throws `config` for a bucket without object lock, `forbidden` for credentials that lack a permission, `not-found` for a
 * bucket that there is not, and `unavailable` when a later try may succeed. Throws `config` at once for wrong options.
 */
export function s3Anchors(options: S3AnchorsOptions): AnchorSink {
  readOptions('s3Anchors', shape, options)
  const {
    bucket,
    retainDays,
    prefix = '',
    client: given,
    region,
    endpoint,
    forcePathStyle,
    timeoutMs = 10_000,
  } = options
  const { id = `s3:${bucket}/${prefix}`, apart = 'elsewhere' } = options
  const client = objectClient(bucket, given, {
    timeoutMs,
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(forcePathStyle !== undefined && { forcePathStyle }),
  })
  let isLocked = false

  async function explained<Result>(permission: string, ctx: CallContext, work: () => Promise<Result>): Promise<Result> {
    ctx.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      ctx.signal.throwIfAborted()
      throw MendkitError.is(error) ? error : explainFailure(error, bucket, permission)
    }
  }

  function read(versions: readonly AnchorVersion[], ctx: CallContext): Promise<readonly Anchor[]> {
    return explained('s3:GetObject and s3:GetObjectVersion', ctx, async () => {
      const anchors: Anchor[] = []
      for (let from = 0; from < versions.length; from += atOnce) {
        const some = versions.slice(from, from + atOnce)
        anchors.push(
          ...(await Promise.all(some.map(async (one) => ({ note: await client.read(one, ctx.signal), at: one.at })))),
        )
      }
      return anchors
    })
  }

  function find(query: Parameters<typeof findVersions>[1], ctx: CallContext): Promise<readonly AnchorVersion[]> {
    return explained('s3:ListBucketVersions', ctx, () => findVersions(client, query, ctx.signal))
  }

  async function demandLock(ctx: CallContext): Promise<void> {
    if (isLocked) return
    const state = await explained('s3:GetBucketObjectLockConfiguration', ctx, () => lockStateOf(client, ctx.signal))
    if (state !== 'Enabled') throw new MendkitError('config', `bucket ${bucket} has no object lock: make one that has`)
    isLocked = true
  }

  /** Whether it was created; false when there is an object of this key. */
  function create(folder: string, size: number, { note }: Anchor, ctx: CallContext): Promise<boolean> {
    const until = new Date(Date.now() + retainDays * dayMs)
    return explained('s3:PutObject and s3:PutObjectRetention', ctx, async () => {
      try {
        await client.create(anchorKey(folder, size), note, until, ctx.signal)
        return true
      } catch (error) {
        // 409: somebody creates it at the same moment.
        if (statusOf(error) === 412 || statusOf(error) === 409) return false
        throw error
      }
    })
  }

  return {
    spec: 1,
    id,
    keeps: 'write-once',
    place: async () => ({
      where: `s3://${bucket}/${prefix}${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`,
      apart,
    }),
    async put(anchor, ctx) {
      const checkpoint = parseCheckpoint(anchor.note)
      const { origin, size } = checkpoint
      await demandLock(ctx)
      const folder = logFolder(prefix, origin)
      if (await create(folder, size, anchor, ctx)) return
      const kept = await find({ folder, from: size, to: size, max: 100 }, ctx)
      const there = await read(kept, ctx)
      assertSameRoot(id, there, checkpoint)
      if (there.length > 0) return
      throw new MendkitError(
        'unavailable',
        `bucket ${bucket} says that it has the anchor of ${size} entries of ${origin}, and shows none that can be read`,
      )
    },
    async latest(origin, ctx) {
      const folder = logFolder(prefix, origin)
      const size = await explained('s3:ListBucketVersions', ctx, () => greatestSize(client, folder, ctx.signal))
      if (size === undefined) return undefined
      const [newest] = await read(await find({ folder, from: size, to: size, max: 1 }, ctx), ctx)
      return newest
    },
    async list({ origin, from, limit }, ctx) {
      checkLimit(limit)
      const folder = logFolder(prefix, origin)
      return read(await find({ folder, from, max: limit }, ctx), ctx)
    },
  }
}

async function lockStateOf(client: ObjectClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await client.lockState(signal)
  } catch (error) {
    if (error instanceof Error && error.name === 'ObjectLockConfigurationNotFoundError') return undefined
    throw error
  }
}

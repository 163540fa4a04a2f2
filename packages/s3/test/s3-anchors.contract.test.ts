import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { type AnchorSink, parseCheckpoint } from '@mendkit/core'
import { type S3AnchorsOptions, s3Anchors } from '@mendkit/s3'
import { lacksS3Server, type OwnedS3Server, startS3Server } from '@mendkit/testbed/s3-server'
import { anchorSinkContract, callContext, holdsTo, testCheckpoint } from '@mendkit/testkit'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

const isMissing = lacksS3Server()
if (isMissing) console.log('Skipping anchors in a real S3 server; not built: versitygw. Run: pnpm testbed build')

const ctx = callContext()
const origin = 'log.example/test/acme'
const at = Date.now()
const note = (size: number, fill = 1) => testCheckpoint({ origin, size, root: Buffer.alloc(32, fill) })

let server: OwnedS3Server
let admin: S3Client
let buckets = 0

beforeAll(async () => {
  if (isMissing) return
  server = await startS3Server()
  admin = clientTo(server.endpoint)
})
afterAll(async () => {
  admin?.destroy()
  await server?.stop()
})

function clientTo(endpoint: string): S3Client {
  const { accessKeyId, secretAccessKey, region } = server
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  })
}

async function aBucket(isLocked = true): Promise<string> {
  buckets += 1
  const bucket = `anchors-${buckets}`
  await admin.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: isLocked }))
  return bucket
}

function sinkIn(bucket: string, more: Partial<S3AnchorsOptions> = {}): AnchorSink {
  return s3Anchors({ bucket, prefix: 'mendkit/', retainDays: 1, client: admin, ...more })
}

/** A server that takes every request and answers none. */
async function silent(): Promise<string> {
  const listening = createServer(() => undefined).listen(0, '127.0.0.1')
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  await new Promise((resolve) => listening.once('listening', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

async function sizes(sink: AnchorSink): Promise<readonly number[]> {
  return (await sink.list({ origin, from: 0, limit: 1_000 }, ctx)).map((anchor) => parseCheckpoint(anchor.note).size)
}

describe('s3Anchors on a real S3 server (needs versitygw)', () => {
  holdsTo(test.skipIf(isMissing), 's3Anchors', anchorSinkContract, async () => {
    const bucket = await aBucket()
    return {
      sink: sinkIn(bucket),
      again: async () => sinkIn(bucket),
      unreachable: sinkIn(bucket, { client: clientTo('http://127.0.0.1:9') }),
      hanging: sinkIn(bucket, { client: clientTo(await silent()) }),
      secret: server.secretAccessKey,
    }
  })

  test.skipIf(isMissing)(
    'nobody can delete, replace or release an anchor before its time, the root account included (needs versitygw)',
    async () => {
      const bucket = await aBucket()
      const sink = sinkIn(bucket)
      await sink.put({ note: note(3), at }, ctx)
      await sink.put({ note: note(7), at }, ctx)
      const { Versions = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: bucket }))
      expect(Versions.map(({ Key }) => Key)).toEqual(
        [3, 7].map((size) => `mendkit/log.example=2Ftest=2Facme/${String(size).padStart(16, '0')}`),
      )
      for (const { Key, VersionId } of Versions) {
        const of = { Bucket: bucket, Key, VersionId, BypassGovernanceRetention: true }
        await expect(admin.send(new DeleteObjectCommand(of))).rejects.toMatchObject({
          $metadata: { httpStatusCode: 403 },
        })
        for (const Mode of ['COMPLIANCE', 'GOVERNANCE'] as const) {
          const Retention = { Mode, RetainUntilDate: new Date(Date.now() + 1_000) }
          await expect(admin.send(new PutObjectRetentionCommand({ ...of, Retention }))).rejects.toMatchObject({
            $metadata: { httpStatusCode: 403 },
          })
        }
        // A delete marker and a newer version hide it from those who look at the newest versions only.
        await admin.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'nothing to see here' }))
        await admin.send(new DeleteObjectCommand({ Bucket: bucket, Key }))
        await expect(admin.send(new GetObjectCommand({ Bucket: bucket, Key }))).rejects.toMatchObject({
          name: 'NoSuchKey',
        })
      }
      const kept = await sinkIn(bucket).list({ origin, from: 0, limit: 10 }, ctx)
      expect(kept.map((anchor) => anchor.note)).toEqual(expect.arrayContaining([note(3), note(7)]))
      await sink.put({ note: note(7), at }, ctx)
      await expect(sink.put({ note: note(7, 2), at }, ctx)).rejects.toMatchObject({ code: 'rejected' })
    },
  )

  test.skipIf(isMissing)(
    'an anchor that a delete marker lies on is still the newest, and markers alone are none (needs versitygw)',
    async () => {
      const bucket = await aBucket()
      const sink = sinkIn(bucket)
      await sink.put({ note: note(300), at }, ctx)
      const folder = 'mendkit/log.example=2Ftest=2Facme'
      for (const size of [300, 4_000, 9_000])
        await admin.send(
          new DeleteObjectCommand({ Bucket: bucket, Key: `${folder}/${String(size).padStart(16, '0')}` }),
        )
      expect((await sinkIn(bucket).latest(origin, ctx))?.note).toBe(note(300))
      expect(await sizes(sink)).toEqual([300])
    },
  )

  test.skipIf(isMissing)('the newest of many anchors is found, whatever lies between (needs versitygw)', async () => {
    const bucket = await aBucket()
    const sink = sinkIn(bucket)
    for (const size of [1, 2, 3, 17, 18, 1_000, 65_537, 9_007_199_254_740_991]) {
      await sink.put({ note: note(size), at }, ctx)
      expect((await sink.latest(origin, ctx))?.note).toBe(note(size))
    }
  })

  test.skipIf(isMissing)(
    'a bucket without object lock, one that is not there, and wrong credentials are told apart (needs versitygw)',
    async () => {
      const put = (sink: AnchorSink) => sink.put({ note: note(3), at }, ctx)
      const plain = sinkIn(await aBucket(false))
      await expect(put(plain)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringContaining('no object lock'),
      })
      expect(await sizes(plain)).toEqual([])
      await expect(put(sinkIn('nowhere'))).rejects.toMatchObject({ code: 'not-found' })
      const stranger = new S3Client({
        endpoint: server.endpoint,
        region: server.region,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: 'mendkit', secretAccessKey: 'wrong' },
      })
      await expect(put(sinkIn(await aBucket(), { client: stranger }))).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining('s3:GetBucketObjectLockConfiguration'),
      })
    },
  )
})

test.each([
  { bucket: '' },
  { bucket: 'b' },
  { bucket: 'b', retainDays: 0 },
  { bucket: 'b', retainDays: 1, endpoint: 'ftp://x' },
])('wrong options are refused at once: %j', (given) => {
  expect(() => s3Anchors(given as S3AnchorsOptions)).toThrow(expect.objectContaining({ code: 'config' }))
})

import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import {
  type AnchorSink,
  createMendkit,
  ed25519Signer,
  fileAnchors,
  memoryAnchors,
  silentLogger,
  verifierKeyOf,
  verifierKeyText,
} from '@mendkit/core'
import { anchorHandler } from '@mendkit/notify'
import { s3Anchors } from '@mendkit/s3'
import { sqlAnchors, sqlStore } from '@mendkit/sql'
import { lacksS3Server, startS3Server } from '@mendkit/testbed/s3-server'
import { callContext } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { mendkit, mendkitIn, mendkitJson } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const isMissing = lacksS3Server()
if (isMissing)
  console.log('Skipping the command line on a real S3 server; not built: versitygw. Run: pnpm testbed build')

const ctx = callContext()
const token = 'a-token-of-its-own'

/** A log of three entries in a file, its trust file, and a way to grow it. */
async function aLog() {
  const folder = temporaryFolder()
  const [db, trust] = [join(folder, 'mendkit.db'), join(folder, 'trusted.keys')]
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const signer = ed25519Signer({ name: 'ops.example.com/mendkit', privateKey })
  writeFileSync(trust, `${verifierKeyText(verifierKeyOf(signer))}\n`)
  const host = createMendkit({ store: sqlStore(db), system: { signer, log: silentLogger } })
  onTestFinished(() => host.close())
  await host.pause()
  await host.resume()
  await host.pause()
  const note = (await host.audit.checkpoint()) ?? ''
  const verify = (...more: readonly string[]) => ['audit', 'verify', '--db', db, '--trust', trust, ...more]
  const put = (sink: AnchorSink) => sink.put({ note, at: Date.now() - 7_200_000 }, ctx)
  return { folder, db, host, signer, note, verify, put }
}

async function serve(sink: AnchorSink): Promise<string> {
  const handle = anchorHandler(sink, { token })
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const headers = new Headers(request.headers as Record<string, string>)
    const answer = await handle(new Request(`http://127.0.0.1${request.url}`, { headers }))
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  }
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

test('anchors of a file, of a second database and of a service are compared, with their age and where they are', async () => {
  const { folder, host, verify, put } = await aLog()
  const [lines, second] = [join(folder, 'anchors'), join(folder, 'anchors.db')]
  const served = memoryAnchors()
  const database = sqlAnchors(second)
  onTestFinished(() => database.close())
  for (const sink of [fileAnchors(lines), database, served]) await put(sink)
  await host.resume()
  const anchors = [lines, second, await serve(served)].flatMap((one) => ['--anchor', one])
  const env = { MENDKIT_ANCHOR_TOKEN: token }
  const found = await mendkitIn({ env }, ...verify(...anchors, '--json'))
  expect([found.code, found.error]).toEqual([0, ''])
  expect(JSON.parse(found.out)).toMatchObject({
    anchored: { from: 0, to: 2 },
    unanchored: { from: 3, to: 3 },
    sinks: [
      { relation: 'consistent', size: 3, apart: 'this-machine', keeps: 'append-only', ageMs: expect.any(Number) },
      { relation: 'consistent', size: 3, apart: 'this-machine', keeps: 'append-only' },
      { relation: 'consistent', size: 3, apart: 'this-machine', keeps: 'other' },
    ],
  })
  const { out } = await mendkitIn({ env }, ...verify(...anchors))
  expect(out).toMatch(/Not anchored +entry 3/)
  expect(out.replaceAll(/\s+/g, ' ')).toContain('the newest that agrees is 2h old')
  expect(
    (await mendkitIn({ env: { MENDKIT_ANCHOR_TOKEN: 'another-token-than-that' } }, ...verify(...anchors))).code,
  ).toBe(2)
})

test('anchors in the database of the log do not make it anchored, a sink without any neither, and one that is away is no verdict', async () => {
  const { folder, db, verify, put } = await aLog()
  const within = sqlAnchors(db)
  onTestFinished(() => within.close())
  await put(within)
  const same = await mendkit(...verify('--anchor', db))
  expect([same.code, same.out]).toEqual([3, expect.stringContaining('they do not count')])
  const empty = sqlAnchors(join(folder, 'empty.db'))
  onTestFinished(() => empty.close())
  await empty.list({ origin: 'x', from: 0, limit: 1 }, ctx)
  expect((await mendkit(...verify('--anchor', join(folder, 'empty.db')))).code).toBe(3)
  expect((await mendkit(...verify('--anchor', 'http://127.0.0.1:1/'))).code).toBe(2)
  const away = await mendkit(...verify('--anchor', 'postgres://mendkit:hunter2hunter2@127.0.0.1:9/anchors'))
  expect(away.code).toBe(2)
  expect(away.error + away.out).not.toContain('hunter2')
  expect((await mendkit(...verify('--anchor', join(folder, 'nowhere')))).code).toBe(2)
})

test('a log that was written anew with its own key is found out by the anchors of a sink, and ends with 1', async () => {
  const { folder, signer, verify, put } = await aLog()
  const lines = join(folder, 'anchors')
  await put(fileAnchors(lines))
  const other = createMendkit({ store: sqlStore(join(folder, 'other.db')), system: { signer, log: silentLogger } })
  onTestFinished(() => other.close())
  for (let at = 0; at < 2; at += 1) {
    await other.pause()
    await other.resume()
  }
  const args = verify('--anchor', lines, '--json').map((one) => one.replace('mendkit.db', 'other.db'))
  const found = await mendkit(...args)
  expect(found.code).toBe(1)
  expect(JSON.parse(found.out)).toMatchObject({ findings: [{ kind: 'fork', seq: 2 }], sinks: [{ relation: 'fork' }] })
})

test.skipIf(isMissing)('anchors in an S3 bucket are compared by their address (needs versitygw)', async () => {
  const { verify, put } = await aLog()
  const server = await startS3Server()
  onTestFinished(() => server.stop())
  const { endpoint, region, accessKeyId, secretAccessKey } = server
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } })
  onTestFinished(() => client.destroy())
  await client.send(new CreateBucketCommand({ Bucket: 'anchors', ObjectLockEnabledForBucket: true }))
  await put(s3Anchors({ bucket: 'anchors', prefix: 'mendkit/', retainDays: 1, client }))
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  }
  const found = await mendkitIn({ env }, ...verify('--anchor', 's3://anchors/mendkit/', '--json'))
  expect([found.code, found.error]).toEqual([0, ''])
  expect(JSON.parse(found.out)).toMatchObject({ sinks: [{ relation: 'consistent', size: 3, keeps: 'write-once' }] })
})

test('status and doctor tell how far the log is anchored, and which sink fails', async () => {
  const { db, host, signer, folder } = await aLog()
  await host.close()
  const broken: AnchorSink = { ...memoryAnchors('broken'), put: () => Promise.reject(new Error('the disk is full')) }
  const good = fileAnchors(join(folder, 'anchors'), { id: 'good' })
  const settings = { audit: { anchorEveryMs: 100 } }
  const running = createMendkit({
    store: sqlStore(db),
    settings,
    system: { signer, log: silentLogger, anchors: [good, broken] },
  })
  const stop = new AbortController()
  const run = running.run({ signal: stop.signal })
  await expect.poll(async () => (await running.audit.anchors()).length, { timeout: 30_000 }).toBe(2)
  stop.abort()
  await run
  await running.close()
  const status = (await mendkitJson('status', '--db', db)) as { anchors: unknown }
  expect(status.anchors).toMatchObject([
    { sink: 'broken', size: 0, behindSince: expect.any(String), refused: false },
    { sink: 'good', at: expect.any(String) },
  ])
  expect((await mendkit('status', '--db', db)).out).toMatch(/Anchored in broken +nothing yet\n +FAILS since/)
  const doctor = await mendkit('doctor', '--db', db)
  expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining('in broken: nothing yet; FAILS since')])
})

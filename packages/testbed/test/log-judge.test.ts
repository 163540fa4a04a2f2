import { spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMendkit, type Mendkit, silentLogger, verifierKeyOf, verifierKeyText } from '@mendkit/core'
import { simulatedStore, testSigner } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findLogJudge } from '../src/build/find-servers.ts'

const isRequired = process.env['MENDKIT_REQUIRE_SERVERS'] === '1'
const judge = findLogJudge()
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (judge === undefined && !isRequired)
  console.log("Skipping Go's judge of the audit log; not built: log-judge. Run: pnpm testbed build")
if (!hasOpenssl && !isRequired) console.log('Skipping OpenSSL on our checkpoints; not installed: openssl')

const signer = testSigner()
const key = verifierKeyText(verifierKeyOf(signer))
const origin = 'log.example/test/caf%C3%A9%2F%2B1'

/** A signed log of some entries, of a tenant with a name that must be encoded. */
function aLog(): Mendkit {
  const host = createMendkit({ store: simulatedStore(), system: { signer, log: silentLogger } })
  onTestFinished(() => host.close())
  return host.as({ id: 'ada', roles: [], tenant: 'café/+1', via: 'test' })
}

async function grow(log: Mendkit, size: number): Promise<void> {
  for (let at = 0; at < size; at += 1) await (at % 2 === 0 ? log.pause() : log.resume())
}

function fileOf(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-judge-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'file'), content)
  return join(folder, 'file')
}

function ask(...args: readonly string[]): { readonly holds: boolean; readonly out: string } {
  if (judge === undefined) throw new Error('log-judge is not built; run: pnpm testbed build')
  const { status, stdout, stderr } = spawnSync(judge, args, { encoding: 'utf8' })
  return { holds: status === 0, out: `${stdout}${stderr}` }
}

/** The same proof with one bit of one of its hashes changed. */
function spoiled(proof: string): string {
  return proof.replace(/^[A-Za-z0-9+/]{43}=$/m, (hash) => `${hash.startsWith('A') ? 'B' : 'A'}${hash.slice(1)}`)
}

async function entry(log: Mendkit, seq: number): Promise<Uint8Array> {
  const [record] = await log.audit.read({ from: seq, limit: 1 })
  if (record === undefined) throw new Error(`there is no entry ${seq}`)
  return record.bytes
}

describe.skipIf(judge === undefined && !isRequired)("Go's packages for transparency logs (needs log-judge)", () => {
  test('open our checkpoint, and refuse it with another key or an altered size', async () => {
    const log = aLog()
    await grow(log, 5)
    const note = (await log.audit.checkpoint()) ?? ''
    expect(ask('open', key, fileOf(note))).toEqual({ holds: true, out: expect.stringContaining(`${origin} 5 `) })
    const other = verifierKeyText(verifierKeyOf(testSigner(2)))
    expect(ask('open', other, fileOf(note)).holds).toBe(false)
    expect(ask('open', key, fileOf(note.replace('\n5\n', '\n4\n'))).holds).toBe(false)
  })

  test('find every entry in the log by our proofs, and refuse altered ones', { timeout: 120_000 }, async () => {
    const log = aLog()
    await grow(log, 300)
    for (const seq of [0, 1, 127, 128, 255, 256, 298, 299]) {
      const proof = await log.audit.prove(seq)
      const bytes = await entry(log, seq)
      expect(ask('inclusion', key, origin, fileOf(proof), fileOf(bytes))).toEqual({ holds: true, out: '' })
      const altered = Buffer.from(bytes)
      altered[20] = (altered[20] ?? 0) ^ 1
      expect(ask('inclusion', key, origin, fileOf(proof), fileOf(altered)).holds).toBe(false)
      expect(ask('inclusion', key, origin, fileOf(spoiled(proof)), fileOf(bytes)).holds).toBe(false)
      const moved = proof.replace(/^index \d+$/m, `index ${(seq + 1) % 300}`)
      expect(ask('inclusion', key, origin, fileOf(moved), fileOf(bytes)).holds).toBe(false)
    }
  })

  test('see that the log only grew by our proofs, and refuse altered ones', { timeout: 120_000 }, async () => {
    const log = aLog()
    const old: string[] = []
    for (const more of [1, 2, 4, 93, 156, 1, 43]) {
      await grow(log, more)
      old.push((await log.audit.checkpoint()) ?? '')
    }
    for (const note of old) {
      const size = Number(note.split('\n')[1])
      const proof = await log.audit.proveConsistency(size)
      expect([size, ask('consistency', key, origin, fileOf(note), fileOf(proof))]).toEqual([
        size,
        { holds: true, out: '' },
      ])
      if (size === 300) continue
      expect([size, ask('consistency', key, origin, fileOf(note), fileOf(spoiled(proof))).holds]).toEqual([size, false])
    }
  })
})

describe.skipIf(!hasOpenssl && !isRequired)('OpenSSL (needs openssl)', () => {
  test('verifies the signature of our checkpoint, and refuses an altered text', async () => {
    const log = aLog()
    await grow(log, 3)
    const note = (await log.audit.checkpoint()) ?? ''
    const [body = '', line = ''] = note.split('\n\n')
    const signature = Buffer.from(line.trim().split(' ').at(-1) ?? '', 'base64').subarray(4)
    const x = Buffer.from(signer.publicKey).toString('base64url')
    const pem = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const files = [fileOf(pem.export({ type: 'spki', format: 'pem' })), fileOf(signature)] as const
    const verify = (text: string) =>
      spawnSync('openssl', [
        ...['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', files[0]],
        ...['-sigfile', files[1], '-in', fileOf(text)],
      ]).status
    expect([verify(`${body}\n`), verify(`${body.replace('\n3\n', '\n4\n')}\n`)]).toEqual([0, 1])
  })
})

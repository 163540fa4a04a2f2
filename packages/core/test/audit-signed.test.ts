import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createMendkit,
  ed25519Signer,
  fileSigner,
  memoryState,
  memoryStore,
  parseVerifierKey,
  type Signer,
  type Store,
  silentLogger,
  storeOverMemory,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  change,
  ctx,
  draft,
  grow,
  newKey,
  nextSigner,
  noteAt,
  oldKey,
  openLog,
  rotation,
  signer,
  tenant,
} from './support/signed-log.ts'

describe('verifyAudit', () => {
  test('reads from a checkpoint on nothing that lies before it', async () => {
    const store = await openLog()
    await grow(store, 300, 300)
    const read: number[] = []
    const watched: Store = {
      ...store,
      readAudit: (query, context) => {
        read.push(query.from)
        return store.readAudit(query, context)
      },
    }
    const found = await verifyAudit(watched, tenant, { trust: [oldKey], from: await noteAt(store, 300) }, ctx)
    expect(found).toMatchObject({ verified: true, from: 300, entries: 600, signed: true })
    expect(Math.min(...read)).toBe(300)
    const ofOthers = await noteAt(store, 600)
    await expect(verifyAudit(store, tenant, { trust: [newKey], from: ofOthers }, ctx)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('trusted key'),
    })
  })

  test('tells a log that is behind an anchor, one that is another, and an anchor that says nothing of it', async () => {
    const [store, other] = [await openLog(), await openLog()]
    await grow(store, 3, 2)
    await grow(other, 2, 1, 6)
    const anchors = [await noteAt(store, 3), await noteAt(other, 9), await noteAt(other, 2), 'nonsense']
    const { findings, anchors: compared, ...rest } = await verifyAudit(store, tenant, { trust: [oldKey], anchors }, ctx)
    expect(compared.map(({ relation }) => relation)).toEqual(['consistent', 'behind', 'consistent', 'unusable'])
    expect(findings).toMatchObject([{ kind: 'behind-anchor', seq: 5 }])
    expect(rest).toMatchObject({ verified: false, anchoredEntries: 3 })

    const fork = await openLog()
    await fork.commit(change([draft(7), draft(8), draft(9)]), ctx)
    const forked = await verifyAudit(fork, tenant, { trust: [oldKey], anchors: [await noteAt(store, 3)] }, ctx)
    expect(forked.findings).toMatchObject([{ kind: 'fork', seq: 2 }])
  })

  test('takes a new key from an entry only when the old key and the new one have signed it', async () => {
    const state = memoryState()
    const store = await openLog(state, { signer, nextSigner })
    await grow(store, 2)
    await store.commit(change([rotation]), ctx)
    await grow(store, 1)
    const of = state.tenants.get(tenant)
    const at = of?.auditCheckpoints.findIndex(({ size }) => size === 3) ?? -1
    const rotated = of?.auditCheckpoints[at]
    if (of === undefined || rotated === undefined) throw new Error('there is no checkpoint of 3 entries')
    // Without the line of the new key, which anybody can take out.
    of.auditCheckpoints[at] = { ...rotated, note: rotated.note.replace(/— [^\n]+\n$/, '') }
    const { findings } = await verifyAudit(store, tenant, { trust: [oldKey] }, ctx)
    expect(findings.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['bad-rotation', 2],
      ['unknown-key', 3],
    ])
  })
})

describe('a host with a key', () => {
  test('signs what it does, proves it, rotates its key, and says when nobody signs', async () => {
    const store = memoryStore()
    const host = createMendkit({ store, system: { signer, nextSigner, log: silentLogger } })
    onTestFinished(() => host.close())
    await host.pause()
    expect(await host.audit.verify()).toMatchObject({ verified: true, signed: true, entries: 1 })
    await host.audit.rotateKey()
    await host.resume()
    expect(await host.audit.verify()).toMatchObject({ verified: true, signed: true, entries: 3 })
    expect(await host.audit.verify({ trust: [oldKey] })).toMatchObject({ verified: true, signed: true })
    expect(await host.audit.checkpoint()).toMatch(
      /^log\.example\/test\/default\n3\n[^\n]+\n\n— log\.example\/test [^\n]+\n$/,
    )
    expect(await host.audit.prove(1)).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 1\n/)
    await expect(host.audit.prove(3)).rejects.toMatchObject({ code: 'invalid' })
    await expect(host.audit.rotateKey()).rejects.toMatchObject({ code: 'config' })

    const unsigned = createMendkit({ system: { log: silentLogger } })
    onTestFinished(() => unsigned.close())
    await unsigned.pause()
    expect(await unsigned.audit.verify()).toMatchObject({ verified: true, signed: false })
    await expect(unsigned.audit.prove(0)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('keygen'),
    })
    await expect(unsigned.audit.rotateKey()).rejects.toMatchObject({ code: 'config', path: 'system.nextSigner' })
  })

  test('that lost it can read, and cannot write what must be signed; the refusal names the key', async () => {
    const state = memoryState()
    await grow(await openLog(state), 2)
    const without = storeOverMemory(state, { id: 'memory', durable: false })
    const host = createMendkit({ store: without, system: { log: silentLogger } })
    onTestFinished(() => host.close())
    const acme = host.as({ id: 'ada', roles: [], tenant, via: 'test' })
    expect(await acme.audit.read()).toHaveLength(2)
    const id = verifierKeyOf(signer).id
    const message = expect.stringMatching(
      new RegExp(`key log\\.example/test\\+${id}, and no key was given.*system\\.signer`),
    )
    await expect(acme.pause()).rejects.toMatchObject({ code: 'config', message })
  })
})

test('what lies before the start and was lost is told as that, not as a fork, and does not end the verification', async () => {
  const store = await openLog()
  await grow(store, 300, 300)
  const [anchor, from] = [await noteAt(store, 300), await noteAt(store, 600)]
  const robbed: Store = {
    ...store,
    auditTile: async (query, given) =>
      query.level === 0 && query.index === 1 ? new Uint8Array() : store.auditTile(query, given),
  }
  const found = await verifyAudit(robbed, tenant, { trust: [oldKey], from, anchors: [anchor] }, ctx)
  expect(found.findings).toMatchObject([{ kind: 'tile-differs', seq: 299 }])
  expect(found.anchors).toMatchObject([{ size: 300, relation: 'unusable' }])
  expect(found.anchoredEntries).toBe(0)
})

describe('a signer', () => {
  test('that signs with another key than it names is refused before a log keeps its signatures for good', () => {
    const signers = [
      { ...signer, sign: (bytes: Uint8Array) => nextSigner.sign(bytes) },
      { ...signer, sign: () => new Uint8Array(63) },
      { ...signer, publicKey: new Uint8Array(32) },
    ]
    for (const system of [...signers.map((one) => ({ signer: one })), { signer, nextSigner: signers[0] as Signer }]) {
      expect(() => createMendkit({ store: memoryStore(), system })).toThrow(/must sign with the Ed25519 key/)
    }
  })

  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

  test('takes an Ed25519 key and one word for a name, and never shows the key', () => {
    const key = verifierKeyOf(ed25519Signer({ name: 'ops.example.com/mendkit', privateKey: pem }))
    expect(parseVerifierKey(verifierKeyText(key))).toEqual(key)
    expect(() => parseVerifierKey(verifierKeyText(key).replace('ops', 'oqs'))).toThrow(/no Ed25519 verifier key/)
    for (const name of ['', 'two words', 'a+b']) {
      expect(() => ed25519Signer({ name, privateKey: pem })).toThrow(
        expect.objectContaining({ code: 'config', path: 'name' }),
      )
    }
    for (const privateKey of ['hunter2', rsa.export({ type: 'pkcs8', format: 'pem' }).toString(), '']) {
      const refused = expect.objectContaining({
        code: 'config',
        path: 'privateKey',
        message: expect.not.stringContaining('hunter2'),
      })
      expect(() => ed25519Signer({ name: 'a', privateKey })).toThrow(refused)
    }
  })

  test('from a file refuses one that others may read, and takes the name that stands in it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mendkit-key-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'log.key')
    writeFileSync(file, `name: ops.example.com/mendkit\n${pem}`, { mode: 0o600 })
    expect(fileSigner(file).name).toBe('ops.example.com/mendkit')
    expect(fileSigner(file, { name: 'other' }).name).toBe('other')
    for (const mode of [0o640, 0o604, 0o620, 0o610]) {
      chmodSync(file, mode)
      expect(() => fileSigner(file)).toThrow(
        expect.objectContaining({ code: 'config', message: expect.stringContaining('chmod 600') }),
      )
    }
    expect(() => fileSigner(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'config' }))
    writeFileSync(join(folder, 'nameless'), pem, { mode: 0o600 })
    expect(() => fileSigner(join(folder, 'nameless'))).toThrow(/no line `name/)
  })
})

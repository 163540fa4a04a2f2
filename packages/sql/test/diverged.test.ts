import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createMendkit, parseAuditEntry, silentLogger, verifyAudit } from '@mendkit/core'
import { inspectDatabase, recoverDatabase, restoreBackup, sqlStore, takeBackup } from '@mendkit/sql'
import { callContext, testSigner } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { append, fill, openSigned, signer, trust } from './deployment.ts'
import { temporaryFolder } from './folder.ts'
import { aChange, aDraft, counts, tenant } from './rows.ts'

const ctx = callContext()
const alice = { id: 'alice', via: 'cli' }
const because = 'Monday is the newest backup there is'

/** A database that was restored from a backup that is behind an anchor, and that anchor. */
async function aDiverged() {
  const folder = temporaryFolder()
  const at = (name: string) => join(folder, name)
  await fill(at('lost.db'), 20)
  await takeBackup(at('lost.db'), { file: at('backup'), signer })
  const before = await append(at('lost.db'), 100)
  const anchor = await append(at('lost.db'), 101)
  const restored = await restoreBackup(at('new.db'), { file: at('backup'), trust, anchors: [anchor] })
  return { at, db: at('new.db'), anchor, before, restored }
}

async function verified(db: string, anchors: readonly string[]) {
  const store = await openSigned(db)
  try {
    return await verifyAudit(store, tenant, { trust, anchors }, ctx)
  } finally {
    await store.close()
  }
}

describe('a database that is older than an anchor', () => {
  test('says so, by how much, and is the same for every log in it', async () => {
    const { db, restored } = await aDiverged()
    expect(restored.diverged?.anchors).toEqual([{ tenant, size: 22, root: expect.any(String) }])
    expect((await inspectDatabase(db)).diverged).toEqual(restored.diverged)
    const store = await openSigned(db)
    onTestFinished(() => store.close())
    for (const one of [tenant, 'Ünïcode & co/2@x', 'new']) {
      expect(await store.auditHead(one, ctx)).toMatchObject({ diverged: true })
    }
  })

  test('takes no change, with or without entries, of any tenant, and no host runs on it, and all can be read', async () => {
    const { db } = await aDiverged()
    const store = await openSigned(db)
    const size = (await store.auditHead(tenant, ctx)).size
    for (const change of [aChange({ audit: [aDraft(1)] }), aChange({ put: [counts('c')] })]) {
      for (const one of [tenant, 'new']) {
        await expect(store.commit({ ...change, tenant: one }, ctx)).rejects.toMatchObject({
          code: 'config',
          message: expect.stringMatching(/DIVERGED.*mendkit recover/),
        })
      }
    }
    expect((await store.auditHead(tenant, ctx)).size).toBe(size)
    await store.close()
    const mendkit = createMendkit({ store: sqlStore(db), system: { signer, log: silentLogger } })
    onTestFinished(() => mendkit.close())
    await expect(mendkit.run()).rejects.toMatchObject({ code: 'config', message: expect.stringMatching(/DIVERGED/) })
    expect((await mendkit.health()).because.join()).toMatch(/DIVERGED/)
    const acme = mendkit.as({ id: 'alice', tenant, roles: [], via: 'test' })
    expect(await acme.incidents.list()).toHaveLength(1)
    await expect(acme.pause()).rejects.toMatchObject({ code: 'config' })
  })

  test('stays so when it is backed up and restored without the anchor', async () => {
    const { at, db } = await aDiverged()
    await takeBackup(db, { file: at('again'), signer })
    const { diverged } = await restoreBackup(at('third.db'), { file: at('again'), trust })
    expect(diverged?.anchors[0]).toMatchObject({ tenant, size: 22 })
    await expect(append(at('third.db'), 5)).rejects.toThrow(/DIVERGED/)
  })

  test('is behind too when the whole log began after the backup', async () => {
    const { at } = await aDiverged()
    const late = await append(at('lost.db'), 1, 'late')
    const { diverged } = await restoreBackup(at('fourth.db'), { file: at('backup'), trust, anchors: [late] })
    expect(diverged?.anchors).toEqual([{ tenant: 'late', size: 1, root: expect.any(String) }])
    const { tenants } = await recoverDatabase(at('fourth.db'), { by: alice, because, signer })
    expect(tenants).toContain('late')
    expect(await append(at('fourth.db'), 2, 'late')).toMatch(/^log\.example\/test\/late@2\n2\n/)
  })
})

describe('a recovery', () => {
  test('goes on under a new origin, whose first entry tells what was lost, who accepted it and why', async () => {
    const { db } = await aDiverged()
    expect(await recoverDatabase(db, { by: alice, because, signer })).toMatchObject({ epoch: 2 })
    const store = await openSigned(db)
    onTestFinished(() => store.close())
    const [record] = await store.readAudit({ tenant, from: 20, limit: 1 }, ctx)
    const entry = parseAuditEntry(record?.bytes ?? new Uint8Array())
    const last = (await store.auditCheckpoints({ tenant, from: 20, to: 20, limit: 1 }, ctx))[0]?.note.split('\n')
    expect(entry).toMatchObject({
      type: 'log-epoch-opened',
      actor: { kind: 'principal', id: 'alice', via: 'cli' },
      data: { epoch: 2, origin: last?.[0], size: 20, root: last?.[2], anchor: { size: 22 } },
    })
    const [text] = await store.blobs(tenant, Object.values(entry.blobs), ctx)
    expect(text?.text).toBe(because)
    await store.commit(aChange({ audit: [aDraft(7)] }), ctx)
    await store.commit({ ...aChange({ audit: [aDraft(7)] }), tenant: 'new' }, ctx)
    expect((await store.lastAuditCheckpoint(tenant, ctx))?.note).toMatch(/^log\.example\/test\/acme@2\n22\n/)
    expect((await store.lastAuditCheckpoint('new', ctx))?.note).toMatch(/^log\.example\/test\/new@2\n1\n/)
    expect((await inspectDatabase(db)).diverged).toBeUndefined()
  })

  test('leaves a log that verifies, with the anchors that it gave up told as such, and any later one as a loss', async () => {
    const { at, db, anchor, before } = await aDiverged()
    await recoverDatabase(db, { by: alice, because, signer })
    const after = await append(db, 7)
    const found = await verified(db, [anchor, before, after])
    expect(found).toMatchObject({
      verified: true,
      signed: true,
      epochs: [{ epoch: 2, seq: 20, anchorSize: 22 }],
      anchors: [{ relation: 'given-up' }, { relation: 'given-up' }, { relation: 'consistent' }],
    })
    const unknown = await append(at('lost.db'), 102)
    const lost = await verified(db, [unknown])
    expect(lost.verified).toBe(false)
    expect(lost.findings).toMatchObject([{ kind: 'behind-anchor' }])
    // The log grows past the size of the anchor, and the anchor is none of it all the same.
    await append(db, 8)
    await append(db, 9)
    expect((await verified(db, [anchor, unknown])).anchors).toMatchObject([
      { relation: 'given-up' },
      { relation: 'behind' },
    ])
  })

  test('is done once, with the key of the log, and only of a database that is behind', async () => {
    const { at, db } = await aDiverged()
    const before = readFileSync(db)
    await expect(recoverDatabase(db, { by: alice, because })).rejects.toMatchObject({ code: 'config' })
    await expect(recoverDatabase(db, { by: alice, because, signer: testSigner(9) })).rejects.toMatchObject({
      code: 'config',
    })
    expect(readFileSync(db).equals(before)).toBe(true)
    await recoverDatabase(db, { by: alice, because, signer })
    await expect(recoverDatabase(db, { by: alice, because, signer })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/nothing to recover/),
    })
    await expect(recoverDatabase(at('lost.db'), { by: alice, because, signer })).rejects.toMatchObject({
      code: 'config',
    })
  })

  test('is heard by a host that had the database open before: the old origin never signs again', async () => {
    const { at } = await aDiverged()
    const early = await openSigned(at('shared.db'))
    onTestFinished(() => early.close())
    const anchor = await append(at('lost.db'), 103)
    await restoreBackup(at('shared.db'), { file: at('backup'), trust, anchors: [anchor] })
    await expect(early.commit(aChange({ audit: [aDraft(1)] }), ctx)).rejects.toThrow(/DIVERGED/)
    await recoverDatabase(at('shared.db'), { by: alice, because, signer })
    await early.commit(aChange({ audit: [aDraft(1)] }), ctx)
    expect((await early.lastAuditCheckpoint(tenant, ctx))?.note).toMatch(/^log\.example\/test\/acme@2\n/)
  })

  test('outlives a backup: what is restored goes on under the new origin', async () => {
    const { at, db } = await aDiverged()
    await recoverDatabase(db, { by: alice, because, signer })
    await takeBackup(db, { file: at('later'), signer })
    const { logs } = await restoreBackup(at('later.db'), { file: at('later'), trust })
    expect(logs[tenant]).toMatchObject({ verified: true, entries: 21 })
    expect(await append(at('later.db'), 1)).toMatch(/^log\.example\/test\/acme@2\n22\n/)
  })

  test('that the database only claims is a finding: an origin that began anew without its entry, or with a wrong one', async () => {
    const { db } = await aDiverged()
    await recoverDatabase(db, { by: alice, because, signer })
    using database = new DatabaseSync(db)
    // Whoever takes the key can go back to the old origin in the row, and verification tells.
    database.exec('update mendkit_log_epoch set epoch = 1')
    await append(db, 7)
    const found = await verified(db, [])
    expect(found).toMatchObject({ signed: false, findings: [{ kind: 'checkpoint-foreign', seq: 21 }] })
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@mendkit/core'
import {
  drill,
  inspectDatabase,
  migrateDatabase,
  recoverDatabase,
  restoreBackup,
  sqlStore,
  takeBackup,
} from '@mendkit/sql'
import { makeDatabase, servers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { append, fill, signer, trust } from './deployment.ts'
import { openStore, temporaryFolder } from './folder.ts'
import { startChild } from './processes/child.ts'
import { aChange, anAlert, counts, tenant } from './rows.ts'
import { securedDatabase } from './secured-database.ts'

const ctx = callContext()

describe.runIf(servers.length > 0)('backups (needs PostgreSQL and MariaDB)', () => {
  test('PostgreSQL → SQLite → MariaDB → PostgreSQL: the same bytes and the same roots, and the log goes on', async () => {
    const folder = temporaryFolder()
    const at = (name: string) => join(folder, name)
    const first = await makeDatabase('postgres')
    const checkpoint = await fill(first.url)
    const route = [at('second.db'), (await makeDatabase('mariadb')).url, (await makeDatabase('postgres')).url]
    const manifests = [await takeBackup(first.url, { file: at('backup-0'), signer })]
    for (const [index, into] of route.entries()) {
      const { logs } = await restoreBackup(into, { file: at(`backup-${index}`), trust, anchors: [checkpoint] })
      expect(logs[tenant]).toMatchObject({ verified: true, entries: 300, anchoredEntries: 300 })
      manifests.push(await takeBackup(into, { file: at(`backup-${index + 1}`), signer }))
    }
    const same = manifests.map(({ content, logs, tables }) => ({ content, logs, tables }))
    expect(same).toEqual(same.map(() => same[0]))
    expect(manifests.map(({ database }) => database)).toEqual(['postgres', 'sqlite', 'mysql', 'postgres'])
    for (let index = 1; index < manifests.length; index += 1) {
      expect(readFileSync(at(`backup-${index}`)).equals(readFileSync(at('backup-0')))).toBe(true)
    }
    for (const database of [first.url, ...route]) expect(await append(database, 1_000)).toContain('\n301\n')
    // New alerts are numbered behind those that came along.
    for (const database of route) {
      const store = await openStore(database)
      const put = [{ kind: 'alerts', rows: [anAlert('later')] }] as const
      expect(await store.commit(aChange({ put }), ctx)).toMatchObject({ kind: 'committed' })
    }
  }, 120_000)

  for (const kind of servers) {
    test(`${kind}: is of one moment, while another process goes on committing`, async () => {
      const folder = temporaryFolder()
      const { url } = await makeDatabase(kind)
      const child = startChild('./commit-forever.ts', url)
      for (const round of [1, 2, 3]) {
        await child.printed(round * 60)
        const [file, scratch] = [join(folder, `backup-${round}`), join(folder, `scratch-${round}.db`)]
        await takeBackup(url, { file })
        await restoreBackup(scratch, { file })
        const restored = await openStore(scratch)
        expect(await restored.counter(tenant, 'entries', ctx)).toBe(await verifyLog(restored))
      }
      const printed = child.lines.length
      await child.printed(printed + 20)
      await child.kill()
    }, 60_000)

    test(`${kind}: a restore that fails leaves it empty, one that is behind is read-only, and it recovers`, async () => {
      const folder = temporaryFolder()
      const at = (name: string) => join(folder, name)
      await fill(at('host.db'), 20)
      await takeBackup(at('host.db'), { file: at('backup'), signer })
      const anchor = await append(at('host.db'), 100)
      const { url } = await makeDatabase(kind)
      await expect(restoreBackup(url, { file: at('backup'), trust, anchors: ['nothing'] })).rejects.toMatchObject({
        code: 'invalid',
      })
      const { diverged } = await restoreBackup(url, { file: at('backup'), trust, anchors: [anchor] })
      expect(diverged).toBeDefined()
      expect((await inspectDatabase(url)).diverged).toEqual(diverged)
      await expect(append(url, 1)).rejects.toThrow(/DIVERGED/)
      const by = { id: 'alice', via: 'cli' }
      await recoverDatabase(url, { by, because: 'it is all there is', signer })
      expect(await append(url, 1)).toMatch(/@2\n22\n/)
      const report = await drill({ from: { database: url }, signer, trust, into: (await makeDatabase(kind)).url })
      expect(report).toMatchObject({ ok: true, because: [] })
    }, 60_000)

    test(`${kind}: its tables are made, and what would be done is told first and changes nothing`, async () => {
      const { url, run } = await makeDatabase(kind)
      const told = await migrateDatabase(url, { dryRun: true })
      expect(told).toMatchObject({ from: 0, to: 1, steps: [{ version: 1, name: 'first tables' }] })
      await expect(inspectDatabase(url)).rejects.toMatchObject({ code: 'config' })
      await migrateDatabase(url)
      expect(await run('select version from mendkit_schema')).toHaveLength(1)
      expect((await migrateDatabase(url)).steps).toEqual([])
      expect(JSON.stringify(told)).not.toContain(new URL(url).password || 'no password')
    })
  }

  test('postgres: a user from whom rows are hidden takes no backup and restores none, and one who sees them all does', async () => {
    const folder = temporaryFolder()
    const at = (name: string) => join(folder, name)
    const { url, hostUrl, options } = await securedDatabase({})
    const store = sqlStore(hostUrl, options)
    await store.open({ clock: systemClock }, ctx)
    await store.commit(aChange({ put: [counts('c')] }), ctx)
    await store.close()
    // Answered in part, the backup would be empty and look whole.
    await expect(takeBackup(hostUrl, { file: at('none') })).rejects.toMatchObject({ code: 'config' })
    expect((await takeBackup(url, { file: at('all') })).tables['mendkit_counter']).toBe(1)
    const other = await securedDatabase({})
    await expect(restoreBackup(other.hostUrl, { file: at('all') })).rejects.toMatchObject({ code: 'config' })
    await restoreBackup(other.url, { file: at('all') })
    const restored = sqlStore(other.hostUrl, other.options)
    await restored.open({ clock: systemClock }, ctx)
    expect(await restored.counter(tenant, 'c', ctx)).toBe(1)
    await restored.close()
  }, 60_000)
})

import { join } from 'node:path'
import { makeDatabase, servers } from '@mendkit/testbed/databases'
import { describe, expect, test } from 'vitest'
import { launch, launcher, mendkit, mendkitIn, mendkitJson } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

describe.runIf(servers.length > 0)('commands on a server (needs PostgreSQL and MariaDB)', () => {
  for (const kind of servers) {
    test(`${kind}: commands work on it by its URL, which is shown without its password`, async () => {
      const { url, run } = await makeDatabase(kind)
      const shown = new URL(url)
      const env = { MENDKIT_DB: url }
      const early = await mendkitIn({ env }, 'status')
      expect([early.code, early.error]).toEqual([1, expect.stringMatching(/holds no tables of Mendkit/)])
      const made = `select 1 from information_schema.tables where table_name = 'mendkit_schema' and table_catalog <> ''`
      const here = shown.pathname.slice(1)
      expect(await run(`${made} and '${here}' in (table_schema, table_catalog)`)).toEqual([])
      expect(await mendkitJson('migrate', '--db', url)).toMatchObject({ from: 0, to: 1, done: true })
      expect((await mendkitIn({ env }, 'pause', '--as', 'ada')).code).toBe(0)
      const { out } = await mendkitIn({ env }, 'status', '--json')
      const name = `${shown.protocol}//${shown.host}${shown.pathname}`
      expect(JSON.parse(out)).toMatchObject({ database: name, paused: { by: 'ada' }, diverged: false })
      const doctor = await mendkit('doctor', '--db', url)
      expect([doctor.code, doctor.out]).toEqual([0, expect.stringContaining(name)])
      const folder = temporaryFolder()
      const backup = join(folder, 'backup')
      expect((await mendkit('backup', '--db', url, '--out', backup)).code).toBe(0)
      expect((await mendkit('restore', '--from', backup, '--db', join(folder, 'new.db'))).code).toBe(0)
      expect((await mendkit('drill', '--db', url, '--into', (await makeDatabase(kind)).url)).code).toBe(0)
    }, 120_000)
  }

  test('a driver that is not installed is named with the command that installs it', async () => {
    const hook = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) {
        if (name === 'pg') throw Object.assign(new Error('none'), { code: 'ERR_MODULE_NOT_FOUND' })
        return next(name, context)
      } })`
    const preload = `data:text/javascript,${encodeURIComponent(hook)}`
    const node = ['--conditions=mendkit-source', '--import', preload]
    const { code, error } = await launch({}, node, launcher, 'status', '--db', 'postgres://db/mendkit')
    expect([code, error]).toEqual([1, expect.stringMatching(/needs the package pg; install it: npm install pg/)])
  })
})

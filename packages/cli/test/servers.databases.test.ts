import { join } from 'node:path'
import { makeDatabase, servers } from '@mendkit/testbed/databases'
import { describe, expect, test } from 'vitest'
import { launch, launcher, mendkit, mendkitIn, mendkitJson, mendkitProcess } from './support/run-cli.ts'
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
      const doctor = await mendkitProcess('doctor', '--db', url)
      expect([doctor.code, doctor.out]).toEqual([0, expect.stringContaining(name)])
      const folder = temporaryFolder()
      const backup = join(folder, 'backup')
      expect((await mendkitProcess('backup', '--db', url, '--out', backup)).code).toBe(0)
      expect((await mendkitProcess('restore', '--from', backup, '--db', join(folder, 'new.db'))).code).toBe(0)
      expect((await mendkitProcess('drill', '--db', url, '--into', (await makeDatabase(kind)).url)).code).toBe(0)
    }, 120_000)
  }

  test('postgres: commands find tables in the schema and under the prefix that the host was given', async () => {
    const { url, run } = await makeDatabase('postgres')
    const json = async (...args: readonly string[]) => JSON.parse((await mendkit(...args, '--json')).out) as unknown
    const at = ['--db', url, '--schema', 'incidents', '--prefix', 'mk_']
    const { out } = await mendkit('migrate', ...at, '--sql')
    expect(out).toMatch(/create table incidents\.mk_document/)
    expect(await json('migrate', ...at)).toMatchObject({ from: 0, to: 1, done: true })
    expect((await mendkit('pause', '--as', 'ada', ...at)).code).toBe(0)
    expect(await json('status', ...at)).toMatchObject({ paused: { by: 'ada' } })
    expect(await json('history', 'alerts', ...at)).toMatchObject({ rows: [] })
    const verified = await mendkit('audit', 'verify', ...at, '--json')
    expect([verified.code, JSON.parse(verified.out)]).toMatchObject([3, { verified: true, entries: 1 }])
    expect((await mendkit('audit', 'tail', ...at)).out).toMatch(/ada/)
    expect((await mendkit('doctor', ...at)).code).toBe(0)
    const backup = join(temporaryFolder(), 'backup')
    expect((await mendkit('backup', ...at, '--out', backup)).code).toBe(0)
    const into = ['--db', url, '--schema', 'restored', '--prefix', 'mk_']
    expect((await mendkit('restore', '--from', backup, ...into)).code).toBe(0)
    expect(await json('status', ...into)).toMatchObject({ paused: { by: 'ada' } })
    expect((await mendkit('drill', ...at)).code).toBe(0)
    const recovered = await mendkit('recover', ...at, '--as', 'ada', '--because', 'to see')
    expect([recovered.code, recovered.error]).toEqual([1, expect.stringMatching(/not older than its anchors/)])
    // None of it went by the usual place, and there is none to be found.
    expect((await mendkit('status', '--db', url)).error).toMatch(/holds no tables of Mendkit/)
    expect(await run(`select 1 from pg_class where relname like 'mendkit%'`)).toEqual([])
  }, 120_000)

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

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { withAsked } from './support/asked.ts'
import { mendkit, mendkitIn } from './support/run-cli.ts'
import { temporaryFolder } from './support/world.ts'

const asked = withAsked()

function sql(file: string, statement: string): void {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}

describe('a database that is not the host’s', () => {
  test('is not made by a typo, whether one looks or acts', async () => {
    const folder = temporaryFolder()
    const db = join(folder, 'mendkti.db')
    for (const args of [['status'], ['pause', '--as', 'alice'], ['doctor']]) {
      const { code, out, error } = await mendkit(...args, '--db', db)
      expect([code, `${out}${error}`]).toEqual([1, expect.stringContaining(`${db} does not exist`)])
    }
    const { code, error } = await mendkit('incidents', 'list', '--db', db, '--json')
    expect([code, JSON.parse(error)]).toEqual([1, { error: { code: 'config', message: expect.any(String) } }])
    expect(readdirSync(folder)).toEqual([])
  })

  test('is left as it is when it is somebody else’s, or none', async () => {
    const folder = temporaryFolder()
    const [shop, letter] = [join(folder, 'shop.db'), join(folder, 'letter.txt')]
    sql(shop, 'create table orders (id integer)')
    writeFileSync(letter, 'a letter to the operator, '.repeat(10))
    for (const db of [shop, letter]) {
      const before = readFileSync(db)
      const { code, error } = await mendkit('pause', '--as', 'alice', '--db', db)
      expect([code, error]).toEqual([1, expect.stringMatching(/no tables of Mendkit|no database of ours/)])
      expect(readFileSync(db).equals(before)).toBe(true)
    }
    expect(readdirSync(folder).toSorted()).toEqual(['letter.txt', 'shop.db'])
  })

  test('is not brought up to a version that its host does not expect', async () => {
    const db = asked().copy()
    sql(db, 'update mendkit_schema set version = 0, minimum_reader = 0')
    const { code, error } = await mendkit('status', '--db', db)
    expect([code, error]).toEqual([1, expect.stringContaining('start the host with this version of Mendkit first')])
    const look = new DatabaseSync(db, { readOnly: true })
    expect(look.prepare('select version from mendkit_schema').get()).toEqual({ version: 0 })
    look.close()
  })

  test('is refused when a newer version made it unreadable', async () => {
    const db = asked().copy()
    sql(db, 'update mendkit_schema set version = 9, minimum_reader = 9')
    const { code, error } = await mendkit('status', '--db', db, '--json')
    expect([code, JSON.parse(error).error.code]).toEqual([1, 'unsupported'])
  })
})

describe('the database is named', () => {
  test('by an option, as a file or an address, else by MENDKIT_DB, else it is ./mendkit.db', async () => {
    const db = asked().copy()
    const folder = dirname(db)
    const found = async (place: Parameters<typeof mendkitIn>[0], ...args: string[]) => {
      const { code, out } = await mendkitIn(place, 'incidents', 'list', '--json', ...args)
      return [code, z.array(z.unknown()).parse(JSON.parse(out)).length]
    }
    for (const name of [db, `sqlite:${db}`, `sqlite://${db}`, pathToFileURL(db).href]) {
      expect(await found({}, '--db', name)).toEqual([0, 1])
    }
    expect(await found({ cwd: folder }, '--db', 'sqlite:mendkit.db')).toEqual([0, 1])
    expect(await found({ cwd: folder })).toEqual([0, 1])
    expect(await found({ env: { MENDKIT_DB: db } })).toEqual([0, 1])
    const { code } = await mendkitIn({ env: { MENDKIT_DB: db } }, 'status', '--db', join(folder, 'other.db'))
    expect([code, existsSync(join(folder, 'other.db'))]).toEqual([1, false])
  })
})

test('tables under a prefix of their own are found by it, and a file has no schemas', async () => {
  const db = join(temporaryFolder(), 'mendkit.db')
  const at = ['--db', db, '--prefix', 'mk_']
  expect((await mendkit('migrate', ...at)).code).toBe(0)
  expect((await mendkit('status', ...at)).code).toBe(0)
  expect((await mendkit('status', '--db', db)).error).toMatch(/holds no tables of Mendkit/)
  const { code, error } = await mendkit('status', '--db', db, '--schema', 'incidents')
  expect([code, error]).toEqual([1, expect.stringMatching(/`schema` is for PostgreSQL alone/)])
})

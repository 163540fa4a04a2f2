import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { inspectDatabase } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { openStore, tamper, temporaryFile } from './folder.ts'
import { aChange, counts } from './rows.ts'

/** A file with a row in it, closed. */
async function aFile(): Promise<string> {
  const file = temporaryFile()
  const store = await openStore(file)
  await store.commit(aChange({ put: [counts('c')] }), callContext())
  await store.close()
  return file
}

test('a file that is well says its schema, and is not touched', async () => {
  const file = await aFile()
  const before = readFileSync(file)
  expect(await inspectDatabase(file)).toEqual({ name: file, schema: 1, current: 1 })
  expect(await inspectDatabase(file, { integrity: true })).toEqual({ name: file, schema: 1, current: 1, damage: [] })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a file that another process works in can be looked at', async () => {
  const file = temporaryFile()
  const store = await openStore(file)
  await store.commit(aChange({ put: [counts('c')] }), callContext())
  expect(await inspectDatabase(file, { integrity: true })).toMatchObject({ schema: 1, damage: [] })
})

test('a missing file is refused, and none is made', async () => {
  const file = temporaryFile()
  await expect(inspectDatabase(file)).rejects.toMatchObject({ code: 'config', message: /does not exist/ })
  expect(existsSync(file)).toBe(false)
})

test('a database of somebody else is refused, and stays as it is', async () => {
  const file = temporaryFile()
  const database = new DatabaseSync(file)
  database.exec('create table orders (id integer)')
  database.close()
  const before = readFileSync(file)
  await expect(inspectDatabase(file)).rejects.toMatchObject({ code: 'config', message: /no tables of Mendkit/ })
  expect(readFileSync(file).equals(before)).toBe(true)
  writeFileSync(file, '')
  await expect(inspectDatabase(file)).rejects.toMatchObject({ code: 'config' })
  expect(statSync(file).size).toBe(0)
})

test('what is no database, and what a newer version wrote, is refused with its reason', async () => {
  const file = temporaryFile()
  writeFileSync(file, 'a letter to the operator, of more than one hundred bytes, '.repeat(4))
  await expect(inspectDatabase(file)).rejects.toMatchObject({ code: 'corrupt' })
  const newer = await aFile()
  tamper(newer, 'update mendkit_schema set version = 9, minimum_reader = 9')
  await expect(inspectDatabase(newer)).rejects.toMatchObject({ code: 'unsupported' })
})

test('damage is told line by line', async () => {
  const file = await aFile()
  const bytes = readFileSync(file)
  // The header's count of free pages.
  bytes.writeUInt32BE(5, 36)
  writeFileSync(file, bytes)
  const { damage = [] } = await inspectDatabase(file, { integrity: true })
  expect(damage.join()).toMatch(/freelist/i)
  expect(await inspectDatabase(file)).not.toHaveProperty('damage')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlAnchors, sqlStore } from '@mendkit/sql'
import {
  type AnchorSinkSubject,
  anchorSinkContract,
  callContext,
  holdsTo,
  testCheckpoint,
  virtualClock,
} from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'

const ctx = callContext()
const origin = 'log.example/test/acme'
const note = (size: number) => testCheckpoint({ origin, size, root: Buffer.alloc(32, 1) })

function file(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-anchors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'anchors.db')
}

function opened(path: string) {
  const sink = sqlAnchors(path)
  onTestFinished(() => sink.close())
  return sink
}

async function subject(): Promise<AnchorSinkSubject> {
  const path = file()
  return { sink: opened(path), again: async () => opened(path) }
}

const away = "a file is there or not; the databases' own test looks at servers that are away"
holdsTo(test, 'sqlAnchors in a SQLite file', anchorSinkContract, subject, {
  'throws unavailable when its place cannot be reached': away,
  'never shows its secret in an error, in its id or its place': 'a file needs no password',
})

test('anchors in the database of the log itself are told to be no help, and in another file to be on this machine', async () => {
  const path = file()
  const store = sqlStore(path)
  await store.open({ clock: virtualClock() }, ctx)
  onTestFinished(() => store.close())
  const within = opened(path)
  await within.put({ note: note(3), at: 0 }, ctx)
  expect(await within.place(ctx)).toMatchObject({ apart: 'same-database' })
  expect(await opened(file()).place(ctx)).toMatchObject({ apart: 'this-machine' })
})

test('an anchor is never updated: its table takes a trigger that refuses all but inserts', async () => {
  const path = file()
  const sink = opened(path)
  await sink.put({ note: note(3), at: 5 }, ctx)
  const database = new DatabaseSync(path)
  for (const change of ['update', 'delete']) {
    database.exec(
      `create trigger no_${change} before ${change} on mendkit_anchor begin select raise(abort, 'append only'); end`,
    )
  }
  database.close()
  await sink.put({ note: note(3), at: 6 }, ctx)
  await sink.put({ note: note(4), at: 6 }, ctx)
  expect(await sink.list({ origin, from: 0, limit: 10 }, ctx)).toEqual([
    { note: note(3), at: 5 },
    { note: note(4), at: 6 },
  ])
})

test('something else in the place of an anchor is not taken for one', async () => {
  const path = file()
  const sink = opened(path)
  await sink.put({ note: note(3), at: 5 }, ctx)
  const database = new DatabaseSync(path)
  onTestFinished(() => database.close())
  for (const other of [
    testCheckpoint({ origin: 'log.example/other', size: 4, root: Buffer.alloc(32, 1) }),
    'nothing',
  ]) {
    database
      .prepare('insert or replace into mendkit_anchor (origin, size, note, at) values (?, 4, ?, 5)')
      .run(origin, other)
    await expect(sink.put({ note: note(4), at: 6 }, ctx)).rejects.toMatchObject({ code: 'bad-response' })
  }
})

test('wrong options are refused at once', () => {
  expect(() => sqlAnchors('')).toThrow(expect.objectContaining({ code: 'config' }))
  expect(() => sqlAnchors('x.db', { apart: 'same-database' as never })).toThrow(
    expect.objectContaining({ code: 'config' }),
  )
})

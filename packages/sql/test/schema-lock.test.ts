import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteKysely } from '../src/client.ts'
import { mysql } from '../src/dialect/mysql.ts'

/** A database that answers `get_lock` like this: 0 after a wait that was too long, null when something went wrong. */
function answering(got: number | null) {
  const database = new DatabaseSync(':memory:')
  const answers = { get_lock: got, release_lock: 1, md5: 'digest', database: 'shop' }
  for (const [name, answer] of Object.entries(answers)) database.function(name, { varargs: true }, () => answer)
  const db = sqliteKysely(database)
  onTestFinished(() => db.destroy())
  return db
}

test('MySQL makes tables only while nobody else does', async () => {
  expect(await mysql.whileSchemaIsLocked(answering(1), 'mendkit', async () => 'made')).toBe('made')
  for (const got of [0, null]) {
    const made = mysql.whileSchemaIsLocked(answering(got), 'mendkit', async () => 'made')
    await expect(made).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/another process/) })
  }
})

import { Kysely, PostgresDialect } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { postgres } from '../src/dialect/postgres.ts'
import { limitedPostgresPool } from '../src/pool/postgres-pool.ts'
import type { Tables } from '../src/tables.ts'

/** A pool of one connection that answers everything but what it is told to refuse; and how that was given back. */
function onePool(refuses: string) {
  const given: boolean[] = []
  const client = {
    processID: 1,
    query: async (sql: string) => {
      if (sql === refuses) throw new Error('refused')
      return { command: 'SELECT', rowCount: 0, rows: [] }
    },
    end: async () => undefined,
    release: (destroy = false) => void given.push(destroy),
  }
  const pool = { options: {}, connect: async () => client, end: async () => undefined }
  return { given, pool: pool as unknown as Parameters<typeof limitedPostgresPool>[0] }
}

it.each([
  ['is never used again when its transaction could not be taken back', 'rollback', true],
  ['is used again when its transaction was taken back', 'nothing', false],
])('a connection %s', async (_, refuses, destroyed) => {
  const { given, pool } = onePool(refuses)
  const use = { answerMs: undefined, signal: () => undefined, cancel: async () => undefined }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: limitedPostgresPool(pool, use) }) })
  onTestFinished(() => db.destroy())
  const transaction = await postgres.open(db)
  await transaction.rollback()
  expect(given).toEqual([destroyed])
})

import { randomUUID } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { inject } from 'vitest'

/** A database of its own on a real server. */
export interface RealDatabase {
  readonly kind: 'postgres' | 'mariadb'
  readonly url: string
  /** Runs a statement as another program would; answers rows. */
  readonly run: (statement: string) => Promise<readonly Record<string, unknown>[]>
}

const described = inject('databases')

/** The servers that there are; empty where none is. */
export const servers: readonly RealDatabase['kind'][] = described === undefined ? [] : ['postgres', 'mariadb']

/** Why the tests of this project are left out, for their names. */
export const withoutServers = 'run `pnpm testbed build` first'

/** Makes an empty database. The server goes away with the run, and the database with it. */
export async function makeDatabase(kind: RealDatabase['kind']): Promise<RealDatabase> {
  if (described === undefined) throw new Error(withoutServers)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = described[kind]
  await runOn(admin, `create database ${name}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { kind, url: url.href, run: (statement) => runOn(url.href, statement) }
}

async function runOn(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const connection = await connectTo(url)
  try {
    return await connection.run(statement)
  } finally {
    await connection.end()
  }
}

/** A connection of somebody else's to a database, for many statements. */
export interface OtherConnection {
  readonly run: RealDatabase['run']
  readonly end: () => Promise<void>
}

/** Connects to a database as another program would. */
export async function connectTo(url: string): Promise<OtherConnection> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url)
    await client.connect()
    return {
      run: async (statement) => (await client.query<Record<string, unknown>>(statement)).rows,
      end: () => client.end(),
    }
  }
  const connection = await mysql.createConnection(url.replace('mariadb:', 'mysql:'))
  return {
    async run(statement) {
      const [rows] = await connection.query(statement)
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
    },
    end: () => connection.end(),
  }
}

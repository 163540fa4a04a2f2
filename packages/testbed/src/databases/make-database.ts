import { randomUUID } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'

type Row = Readonly<Record<string, unknown>>

/** A connection of another program's to a database, for many statements. */
export interface OtherConnection {
  /** Runs a statement; answers its rows. */
  readonly run: (statement: string) => Promise<readonly Row[]>
  readonly end: () => Promise<void>
}

/** Connects to a database as another program would. */
export async function connectTo(url: string): Promise<OtherConnection> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url)
    await client.connect()
    return { run: async (statement) => (await client.query<Row>(statement)).rows, end: () => client.end() }
  }
  const connection = await mysql.createConnection(url.replace('mariadb:', 'mysql:'))
  return {
    async run(statement) {
      const [rows] = await connection.query(statement)
      return Array.isArray(rows) ? (rows as Row[]) : []
    },
    end: () => connection.end(),
  }
}

/** Runs one statement as another program would; answers its rows. */
export async function runOn(url: string, statement: string): Promise<readonly Row[]> {
  const connection = await connectTo(url)
  try {
    return await connection.run(statement)
  } finally {
    await connection.end()
  }
}

/** Makes an empty database beside the one that the URL of a server names, and answers its URL. It goes away with its server. */
export async function makeDatabase(server: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

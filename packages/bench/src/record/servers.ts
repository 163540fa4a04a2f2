import { randomUUID } from 'node:crypto'
import { startDatabases } from '@mendkit/testbed'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** The databases of one run: servers of its own, or why there are none. */
export type Servers =
  | { readonly absent: string }
  | ({ readonly postgres: string; readonly mariadb: string } & AsyncDisposable)

/** Starts PostgreSQL and MariaDB in a scratch folder, set up to lose nothing, as they are in production. */
export async function startServers(): Promise<Servers> {
  try {
    const started = await startDatabases()
    const { postgres, mariadb } = started
    return { postgres, mariadb, [Symbol.asyncDispose]: () => started.stop() }
  } catch (error) {
    return { absent: error instanceof Error ? error.message : String(error) }
  }
}

/** Makes an empty database on a server; answers its URL. */
export async function makeDatabase(server: string): Promise<string> {
  const name = `bench_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Runs a statement; answers its rows. */
export async function runOn(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }
  const connection = await mysql.createConnection(url.replace('mariadb:', 'mysql:'))
  try {
    const [rows] = await connection.query(statement)
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
  } finally {
    await connection.end()
  }
}

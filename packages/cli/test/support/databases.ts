import { randomUUID } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { inject } from 'vitest'

const described = inject('databases')

/** The servers that there are; empty where none is. */
export const servers = described === undefined ? [] : (['postgres', 'mariadb'] as const)

/** Makes an empty database; answers its URL. The server goes away with the run, and the database with it. */
export async function makeDatabase(kind: 'postgres' | 'mariadb'): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = new URL(described?.[kind] ?? 'nowhere:')
  await runOn(url.href, `create database ${name}`)
  url.pathname = `/${name}`
  return url.href
}

/** Runs a statement as another program would; answers how many rows it found. */
export async function runOn(url: string, statement: string): Promise<number> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url)
    await client.connect()
    const { rows } = await client.query(statement).finally(() => client.end())
    return rows.length
  }
  const connection = await mysql.createConnection(url.replace('mariadb:', 'mysql:'))
  const [rows] = await connection.query(statement).finally(() => connection.end())
  return Array.isArray(rows) ? rows.length : 0
}

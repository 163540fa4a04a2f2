import { randomUUID } from 'node:crypto'
import mysql from 'mysql2/promise'
import pg from 'pg'

/** Makes an empty database beside the one that the URL of a server names, and answers its URL. It goes away with its server. */
export async function makeDatabase(server: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function runOn(url: string, statement: string): Promise<void> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
    return
  }
  const connection = await mysql.createConnection(url.replace('mariadb:', 'mysql:'))
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}

import { inject } from 'vitest'
import { makeDatabase as makeOn, runOn } from './make-database.ts'

export { connectTo, type OtherConnection } from './make-database.ts'

/** A database of its own on a real server. */
export interface RealDatabase {
  readonly kind: 'postgres' | 'mariadb'
  readonly url: string
  /** Runs a statement as another program would; answers rows. */
  readonly run: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
}

const described = inject('databases')

/** The servers that there are; empty where none is. */
export const servers: readonly RealDatabase['kind'][] = described === undefined ? [] : ['postgres', 'mariadb']

/** Why the tests of this project are left out, for their names. */
export const withoutServers = 'run `pnpm testbed build` first'

/** Makes an empty database. The server goes away with the run, and the database with it. */
export async function makeDatabase(kind: RealDatabase['kind']): Promise<RealDatabase> {
  if (described === undefined) throw new Error(withoutServers)
  const url = await makeOn(described[kind])
  return { kind, url, run: (statement) => runOn(url, statement) }
}

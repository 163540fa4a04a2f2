import { chown } from 'node:fs/promises'
import type { DatabasePaths } from '../build/find-databases.ts'
import type { User } from '../build/run-command.ts'
import type { Watchdog } from '../machine/watchdog.ts'

/** What the database servers of one run share. */
export interface DatabaseMachine {
  /** Scratch folder: data and logs. */
  readonly folder: string
  readonly paths: DatabasePaths
  readonly watchdog: Watchdog
  /** Whom they run as; undefined: this process's own user. */
  readonly user: User | undefined
}

/** The user `nobody` of every Linux: databases refuse to run as root. */
const nobody: User = { uid: 65_534, gid: 65_534 }

/** Whom the servers run as. */
export function databaseUser(): User | undefined {
  return process.getuid?.() === 0 ? nobody : undefined
}

/** Makes a folder theirs. */
export async function giveFolder(folder: string, user: User | undefined): Promise<void> {
  if (user !== undefined) await chown(folder, user.uid, user.gid)
}

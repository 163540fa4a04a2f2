import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import type { User } from '../build/run-command.ts'
import { waitUntil } from './wait-until.ts'
import type { Watchdog } from './watchdog.ts'

/** One server to run. */
export interface ServerCommand {
  /** Also names its log file. */
  readonly name: string
  readonly program: string
  readonly arguments: readonly string[]
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Whom to run it as; only root may choose. @default this process's own user */
  readonly user?: User | undefined
}

/** A running server. */
export interface ServerProcess {
  readonly name: string
  /** Process id, and the id of its process group. */
  readonly pid: number
  readonly logPath: string
  /** Ends it and waits until it is gone. SIGKILL follows when it takes longer than 5 s. */
  stop(signal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Waits until `probe` is true. Throws `unavailable` with the end of its log when it exits or the time is over. */
  ready(probe: () => Promise<boolean>): Promise<void>
}

/** Starts a server in a process group of its own, watched by the watchdog, with its output in `<folder>/<name>.log`. */
export function startServer(command: ServerCommand, folder: string, watchdog: Watchdog): ServerProcess {
  const logPath = join(folder, `${command.name}.log`)
  const log = openSync(logPath, 'a')
  const child = spawn(command.program, command.arguments, {
    detached: true,
    cwd: folder,
    env: { ...process.env, ...command.environment },
    ...command.user,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const { pid } = child
  if (pid === undefined) throw new MendkitError('unavailable', `${command.name}: cannot start ${command.program}`)
  watchdog.watch(pid)
  // A server must not keep a program alive that has nothing else to do; the watchdog ends it then.
  child.unref()
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => {
      watchdog.forget(pid)
      resolve()
    })
  })
  const hasExited = () => child.exitCode !== null || child.signalCode !== null

  return {
    name: command.name,
    pid,
    logPath,
    async stop(signal = 'SIGTERM') {
      if (hasExited()) return
      child.ref()
      child.kill(signal)
      const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(impatience)
    },
    async ready(probe) {
      try {
        const state = await waitUntil(`${command.name} being ready`, async () => hasExited() || (await probe()))
        if (state && !hasExited()) return
      } catch (cause) {
        throw new MendkitError('unavailable', `${command.name} is not ready. ${lastLines(logPath)}`, { cause })
      }
      throw new MendkitError('unavailable', `${command.name} ended while starting. ${lastLines(logPath)}`)
    },
  }
}

function lastLines(logPath: string): string {
  return `The end of ${logPath}:\n${readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-15).join('\n')}`
}

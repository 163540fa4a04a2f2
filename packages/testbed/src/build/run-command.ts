import { spawn } from 'node:child_process'
import { MendkitError } from '@mendkit/core'

/** How a command is run. */
export interface CommandOptions {
  readonly folder?: string
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Text for its standard input. */
  readonly input?: string
  /** Whom to run it as; only root may choose. @default this process's own user */
  readonly user?: User | undefined
}

/** A user of the system, by numbers. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/**
 * Runs a command to its end and returns what it printed on standard output.
 *
 * Throws `unavailable` when the program is not installed, and `rejected` with the last lines of its output when it
 * ends with another code than 0.
 */
export async function runCommand(command: string, commandArguments: readonly string[], options: CommandOptions = {}) {
  const child = spawn(command, commandArguments, {
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: { ...process.env, ...options.environment },
    ...options.user,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {
    // It ended without reading all of it; its exit code says why.
  })
  child.stdin.end(options.input ?? '')
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new MendkitError('unavailable', `cannot run ${command}: install it`, { cause })),
    )
    child.once('close', resolve)
  })
  if (code === 0) return output
  const lastLines = `${output}\n${errors}`.trim().split('\n').slice(-20).join('\n')
  throw new MendkitError('rejected', `${command} ${commandArguments.join(' ')} ended with ${code}:\n${lastLines}`)
}

import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository that these scripts belong to. */
export const repository = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  /** Both streams together, in the order in which they came. */
  readonly output: string
}

export interface CommandOptions {
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: NodeJS.ProcessEnv
  /** Passes the output on as it comes, as well as returning it. */
  readonly show?: boolean
}

const tools = join(repository, 'node_modules', '.bin')

/** The path of a tool that is installed in this repository. */
export function tool(name: string): string {
  return join(tools, name)
}

/** Runs a command to its end, with the repository's own tools and Node first in its path. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${tools}${delimiter}${process.env['PATH'] ?? ''}`, ...options.env }
    const child = spawn(command, args, {
      cwd: options.cwd ?? repository,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let output = ''
    const take = (text: string) => {
      output += text
      if (options.show) process.stdout.write(text)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      take(text)
    })
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code: code ?? 1, stdout, output: signal ? `${output}\nended by ${signal}` : output })
    })
  })
}

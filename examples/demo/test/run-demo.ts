import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A demo that ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** What it left in its folder for temporary files. */
  readonly leftovers: readonly string[]
}

/** How to run it. */
export interface RunOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Runs it on a terminal of its own. */
  readonly terminal?: boolean
  /** Called with everything printed so far, whenever there is more. */
  readonly onOutput?: (soFar: string, act: { type(text: string): void; interrupt(): void }) => void
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Runs the demo as a process of its own. */
export function runDemo({ args = [], env = {}, terminal = false, onOutput }: RunOptions): Promise<Ended> {
  const temporary = mkdtempSync(join(tmpdir(), 'mendkit-demo-test-'))
  const command = [process.execPath, '--conditions=mendkit-source', 'src/main.ts', ...args]
  const [file = '', ...rest] = terminal ? ['script', '-qec', command.join(' '), '/dev/null'] : command
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env
  const child = spawn(file, rest, {
    cwd: folder,
    env: { ...inherited, TERM: 'xterm', TMPDIR: temporary, ...env },
    stdio: [terminal ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  const act = {
    type: (text: string) => void child.stdin?.write(text),
    interrupt: () => void child.kill('SIGINT'),
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
    onOutput?.(said.stdout, act)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      const leftovers = readdirSync(temporary, { recursive: true }).map(String)
      rmSync(temporary, { recursive: true, force: true })
      resolve({ code, ...said, leftovers })
    })
  })
}

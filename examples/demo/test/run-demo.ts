import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
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
  /** The text of every file among them. */
  readonly files: ReadonlyMap<string, string>
}

/** What a person could do meanwhile. */
interface Acts {
  readonly type: (text: string) => void
  readonly interrupt: () => void
}

/** How to run it. */
export interface RunOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Runs it on a terminal of its own. */
  readonly terminal?: boolean
  /** Of that terminal. @default whatever such a terminal has */
  readonly columns?: number
  /** Called with everything printed so far, whenever there is more. */
  readonly onOutput?: (soFar: string, act: Acts) => void
}

/** Runs a command line on a terminal of its own: `script` of util-linux, that of other systems takes other options. */
const onTerminal = (line: string): readonly [string, ...string[]] => ['script', '-qec', line, '/dev/null']

/** Whether there is a way to have a terminal here. */
export function canHaveTerminal(): boolean {
  const [file, ...args] = onTerminal('true')
  return spawnSync(file, args).status === 0
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Runs the demo as a process of its own. */
export function runDemo({ args = [], env = {}, terminal = false, columns, onOutput }: RunOptions): Promise<Ended> {
  const temporary = mkdtempSync(join(tmpdir(), 'mendkit-demo-test-'))
  const command = [process.execPath, '--conditions=mendkit-source', 'src/main.ts', ...args]
  const [file = '', ...rest] = terminal
    ? onTerminal(`${columns === undefined ? '' : `stty cols ${columns}; `}${command.join(' ')}`)
    : command
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
      const isFile = (name: string) => statSync(join(temporary, name)).isFile()
      const read = (name: string) => readFileSync(join(temporary, name), 'utf8')
      const files = new Map(leftovers.filter(isFile).map((name) => [name, read(name)]))
      rmSync(temporary, { recursive: true, force: true })
      resolve({ code, ...said, leftovers, files })
    })
  })
}

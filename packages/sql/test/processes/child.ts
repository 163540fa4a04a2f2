import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A script of this folder that runs in a process of its own, ended with the test at the latest. */
export interface Child {
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[]
  /** Resolves once it has printed this many lines; rejects when it ends before. */
  printed(count: number): Promise<void>
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
  /** Resolves when it ends by itself; rejects when it fails. */
  ended(): Promise<void>
}

/** Starts a script of this folder. */
export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--conditions=mendkit-source', path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const complaints: string[] = []
  const exit = once(child, 'exit')
  const wakers = new Set<() => void>()
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      for (const wake of wakers) wake()
    })
  }
  child.stderr?.on('data', (data) => complaints.push(String(data)))
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const failed = () => new Error(`${script} ended early: ${complaints.join('')}`)

  return {
    lines,
    printed: (count) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (lines.length < count) return
          wakers.delete(look)
          resolve()
        }
        wakers.add(look)
        look()
        void exit.then(() => reject(failed()))
      }),
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
    async ended() {
      const [code] = await exit
      if (code !== 0) throw failed()
    },
  }
}

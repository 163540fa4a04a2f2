import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const readyWithinMs = 30_000
const stopWithinMs = 20_000

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1')
  return address.port
}

/** A host that reads PORT gets a free one; another is asked on the port that it names. */
async function portOf(code: string): Promise<number> {
  if (/\benv\b/.test(code) && /\bPORT\b/.test(code)) return freePort()
  const named = /\bport:?\s*\(?\s*(\d{2,5})/.exec(code)?.[1]
  if (named === undefined) throw new Error('the host neither reads PORT nor names a port that it listens on')
  return Number(named)
}

async function answers(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })
    return true
  } catch (error) {
    // Not listening yet, or not answering yet: asked again until the deadline.
    if (error instanceof Error) return false
    throw error
  }
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  for (const deadline = Date.now() + readyWithinMs; Date.now() < deadline; await pause(100)) {
    if (child.exitCode !== null) throw new Error(`the host ended with ${child.exitCode} before it answered`)
    if (await answers(port)) return
  }
  throw new Error(`the host did not answer on port ${port} within ${readyWithinMs / 1000} s`)
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const late = pause(stopWithinMs, 'late', { ref: false })
  if ((await Promise.race([ended, late])) === 'late') {
    child.kill('SIGKILL')
    throw new Error(`the host did not stop within ${stopWithinMs / 1000} s of SIGTERM`)
  }
  if (child.exitCode !== 0 && child.signalCode !== 'SIGTERM') throw new Error(`the host stopped with ${child.exitCode}`)
}

/** Starts a compiled host, waits until it answers over HTTP, and stops it. Throws with its output when it does not. */
export async function runHost(folder: string, file: string, code: string, env: NodeJS.ProcessEnv): Promise<void> {
  const port = await portOf(code)
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  try {
    await untilReady(child, port)
    await stop(child)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${error instanceof Error ? error.message : String(error)}; it printed:\n${output.trim()}`)
  }
}

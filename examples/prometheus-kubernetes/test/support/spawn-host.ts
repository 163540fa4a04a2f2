import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EffectRequest } from './held-patch.ts'
import type { HostProcessOrders } from './host-process.ts'

/** A host in a process of its own. */
export interface HostProcess {
  /** Resolves when the process stands where it was told to. */
  readonly reached: Promise<EffectRequest>
  /** Stops all of it where it stands, as a machine that is suspended. */
  pause(): void
  /** Lets it run on, and out of its hold. */
  resume(): void
  /** Ends it without a word, as a machine that loses power does. */
  kill(): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
}

interface Message {
  readonly started?: true
  readonly reached?: EffectRequest
}

/** Starts a host process and waits until it runs. */
export async function spawnHost(orders: HostProcessOrders): Promise<HostProcess> {
  const program = fileURLToPath(new URL('./host-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(orders)], {
    execArgv: ['--conditions=mendkit-source'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const started = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<EffectRequest>()
  child.on('message', (message: Message) => {
    if (message.started) started.resolve()
    if (message.reached) reached.resolve(message.reached)
  })
  child.once('exit', (code, signal) => {
    started.reject(new Error(`the host process ended with ${code ?? signal}: ${complaints}`))
  })
  await started.promise
  return {
    reached: reached.promise,
    pause: () => void child.kill('SIGSTOP'),
    resume() {
      child.kill('SIGCONT')
      child.send('go on')
    },
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
  }
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

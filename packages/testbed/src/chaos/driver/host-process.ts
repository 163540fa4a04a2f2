import { type ChildProcess, spawn } from 'node:child_process'
import { MendkitError } from '@mendkit/core'
import type { HostOrders } from '../host/orders.ts'
import { type Channel, type Handlers, type Peer, peerOver } from '../peer.ts'
import { compiledHost } from './compile-host.ts'

/** A host in a process of its own. */
export interface HostProcess {
  readonly host: Peer
  /** Resolves when its program is loaded; what it has to do begins now. Rejects when it ends before. */
  readonly loaded: Promise<void>
  /** Resolves when it has come to the point that it was told, right before it kills or stops itself. */
  readonly reached: Promise<void>
  /** Resolves with what ended it. */
  readonly ended: Promise<string>
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): Promise<void>
  /** Ends it however it is, if it still runs. */
  discard(): Promise<void>
  /** What it wrote to standard error. */
  complaints(): string
}

/** How a host process is started. */
export interface HostStart {
  readonly orders: HostOrders
  readonly handlers: Handlers
  /** The folder that `compileHost` filled. */
  readonly cache: string
  /** Let strace kill it on entering its n-th fsync. */
  readonly killAtFsync?: number | undefined
}

/** Starts a host. */
export function startHostProcess({ orders, handlers, cache, killAtFsync }: HostStart): HostProcess {
  const node = [process.execPath, compiledHost(cache), JSON.stringify(orders)]
  const inject = `inject=fdatasync,fsync:signal=SIGKILL:when=${killAtFsync}`
  const tracer = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync,fsync', '-e', inject]
  const [command = '', ...args] = killAtFsync === undefined ? node : [...tracer, ...node]
  const child = spawn(command, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-20_000)
  })
  const loaded = Promise.withResolvers<number>()
  const reached = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<string>()
  child.once('error', (error) => ended.resolve(error.message))
  child.once('exit', (code, signal) => ended.resolve(signal ?? `code ${code}`))
  const host = peerOver(channelTo(child), {
    ...handlers,
    loaded: (pid: number) => loaded.resolve(pid),
    reached: () => reached.resolve(),
  })
  void ended.promise.then((how) =>
    loaded.reject(new MendkitError('unavailable', `a host ended with ${how}: ${complaints}`)),
  )
  // Whoever does not wait for it to be loaded learns of its end by `ended`.
  loaded.promise.catch(() => undefined)
  const signal: HostProcess['signal'] = async (name) => {
    // Under strace the child is strace, and the host its child.
    const pid = await loaded.promise
    if (child.exitCode === null && child.signalCode === null) sendSignal(pid, name)
  }
  return {
    host,
    loaded: loaded.promise.then(() => undefined),
    reached: reached.promise,
    ended: ended.promise,
    signal,
    async discard() {
      await Promise.race([ended.promise, signal('SIGKILL').catch(() => undefined)])
      await ended.promise
    },
    complaints: () => complaints,
  }
}

/** A host that has just ended by itself needs no signal; how it ended is told by `ended`. */
function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function channelTo(child: ChildProcess): Channel {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        child.send(message, (error) => (error ? reject(error) : resolve()))
      }),
    onMessage: (take) => void child.on('message', (message) => take(message as object)),
    onClosed: (take) => void child.once('disconnect', take),
  }
}

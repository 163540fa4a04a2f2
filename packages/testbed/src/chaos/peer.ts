import { MendkitError } from '@mendkit/core'
import { type CarriedFailure, failureFrom, failureTo } from './carried-failure.ts'

/** One end of the wire between the driver and a host. */
export interface Channel {
  /** Resolves when the message is on its way and no end of this process can take it back. */
  send(message: object): Promise<void>
  onMessage(take: (message: object) => void): void
  onClosed(take: () => void): void
}

/** The other side, as one talks to it. */
export interface Peer {
  /** Rejects with the other side's error, and with `unavailable` when it is gone. */
  ask(method: string, ...args: readonly unknown[]): Promise<unknown>
  /** Says something that needs no answer. Resolves when it is on its way. */
  tell(method: string, ...args: readonly unknown[]): Promise<void>
}

/** What a side does when it is asked. */
export type Handlers = Readonly<Record<string, (...args: readonly never[]) => unknown>>

/** Both ends run this repository's code, so that a message is what its sender's types say. */
interface Message {
  readonly ask?: number
  readonly method?: string
  readonly args?: readonly never[]
  readonly answer?: number
  readonly value?: unknown
  readonly failure?: CarriedFailure
}

/** Talks over a channel: both sides may ask. */
export function peerOver(channel: Channel, handlers: Handlers): Peer {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let asked = 0
  let closed = false
  const gone = () => new MendkitError('unavailable', 'the other process is gone')

  channel.onClosed(() => {
    closed = true
    for (const { reject } of waiting.values()) reject(gone())
    waiting.clear()
  })
  channel.onMessage((message) => void take(message as Message))

  async function take({ ask, method = '', args = [], answer, value, failure }: Message): Promise<void> {
    if (answer !== undefined) {
      const asking = waiting.get(answer)
      waiting.delete(answer)
      if (failure === undefined) asking?.resolve(value)
      else asking?.reject(failureFrom(failure))
      return
    }
    // Whoever only tells something does not hear that it failed: this side has to.
    if (ask === undefined) return void (await carryOut(method, args))
    const reply = await answerOf(method, args)
    if (!closed) await channel.send({ answer: ask, ...reply }).catch(unlessClosed)
  }

  async function carryOut(method: string, args: readonly never[]): Promise<unknown> {
    const handler = handlers[method]
    if (handler === undefined) throw new MendkitError('unsupported', `nobody here answers to ${method}`)
    return handler(...args)
  }

  async function answerOf(method: string, args: readonly never[]): Promise<Partial<Message>> {
    try {
      return { value: await carryOut(method, args) }
    } catch (error) {
      return { failure: failureTo(error) }
    }
  }

  /** Whoever went away while being answered does not need the answer. */
  function unlessClosed(error: unknown): void {
    if (!closed && !isGone(error)) throw error
  }

  return {
    async ask(method, ...args) {
      if (closed) throw gone()
      asked += 1
      const asking = Promise.withResolvers<unknown>()
      waiting.set(asked, asking)
      channel.send({ ask: asked, method, args }).catch((error) => asking.reject(isGone(error) ? gone() : error))
      return asking.promise
    },
    tell: (method, ...args) => channel.send({ method, args }),
  }
}

/** Whether a message could not be sent because the other process has ended. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'ERR_IPC_CHANNEL_CLOSED'
}

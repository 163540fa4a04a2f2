import type { Ports } from './ports.ts'

/** A read that is answered together with the others of its turn. */
export type ReadTogether = <Result>(signal: AbortSignal, read: () => Promise<Result>) => Promise<Result>

/**
 * Puts the reads that a process asks for in one turn into one pending call. It makes runs a good deal shorter, and loses
 * only the moments between two reads that were asked for at once.
 */
export function readsTogether(ports: Ports): ReadTogether {
  const { scheduler, life } = ports
  let turn = -1
  let waiting: (() => void)[] = []

  function join(answer: () => void): void {
    if (turn === scheduler.turn() && waiting.length > 0) return void waiting.push(answer)
    const group = [answer]
    turn = scheduler.turn()
    waiting = group
    void ports.call({
      label: 'reads',
      run() {
        if (waiting === group) waiting = []
        for (const each of group) each()
      },
    })
  }

  return (signal, read) => {
    if (!life.isAlive()) return new Promise(() => undefined)
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const giveUp = () => reject(signal.reason)
      signal.addEventListener('abort', giveUp, { once: true })
      join(() => {
        signal.removeEventListener('abort', giveUp)
        attempt(read).then(resolve, reject)
      })
    })
  }
}

async function attempt<Result>(read: () => Promise<Result>): Promise<Result> {
  return read()
}

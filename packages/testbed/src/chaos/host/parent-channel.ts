import type { Channel } from '../peer.ts'

/** The wire to the process that started this one. */
export function parentChannel(): Channel {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        if (process.send === undefined) throw new Error('started without a driver')
        process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()))
      }),
    onMessage: (take) => void process.on('message', (message) => take(message as object)),
    onClosed: (take) => void process.once('disconnect', take),
  }
}

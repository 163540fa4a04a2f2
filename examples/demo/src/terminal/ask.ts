import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a person said. `gone`: the input ended without an answer. */
export type Answer = 'yes' | 'no' | 'gone'

const drainMs = 60

/**
 * Asks until there is an answer: Enter or y is yes, n is no. What was typed before the question could be read does not
 * count. `onInterrupt` is called for Ctrl-C.
 */
export async function ask(prompt: string, signal: AbortSignal, onInterrupt: () => void): Promise<Answer> {
  await forgetTyped(process.stdin, signal)
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  lines.on('SIGINT', onInterrupt)
  try {
    for (;;) {
      const said = await nextLine(lines, prompt, signal)
      if (said === undefined) return 'gone'
      if (/^\s*(y|yes)?\s*$/i.test(said)) return 'yes'
      if (/^\s*no?\s*$/i.test(said)) return 'no'
    }
  } finally {
    lines.close()
  }
}

/** Drops what waits in the terminal: an Enter that was pressed while watching must not approve anything. */
async function forgetTyped(input: NodeJS.ReadStream, signal: AbortSignal): Promise<void> {
  input.setRawMode(true)
  input.resume()
  try {
    await sleep(drainMs, undefined, { signal })
  } finally {
    input.pause()
    input.setRawMode(false)
  }
}

/** The next line; undefined when there will be none. */
function nextLine(
  lines: ReturnType<typeof createInterface>,
  prompt: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    lines.once('close', () => resolve(undefined))
    if (signal.aborted) reject(signal.reason)
    else lines.question(prompt, resolve)
  })
}

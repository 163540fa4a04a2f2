import { once } from 'node:events'
import { errorText } from '@mendkit/core'
import type { CommandIo } from './run/io.ts'
import { runCommand } from './run/run-command.ts'

/** What is written for when there is no terminal. */
const usualColumns = 80
/** In fewer columns not even an id has its place. */
const leastColumns = 40
/** How long an interrupted command may take to let go of what it holds, in milliseconds. */
const patienceMs = 3_000

const interrupt = new AbortController()
const { stdout, stderr, env } = process

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interrupt.abort(new Error(`stopped by ${signal}`))
    setTimeout(() => process.exit(1), patienceMs).unref()
  })
}
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads may leave early, as `head` does, and has then seen what they wanted.
  if (error.code === 'EPIPE') process.exit()
  stderr.write(`mendkit: not all of the answer could be written to standard output: ${errorText(error)}\n`)
  process.exitCode = 1
  // Whoever follows would go on for nobody.
  interrupt.abort(new Error('standard output takes nothing'))
})

const io: CommandIo = {
  out: (text) => void stdout.write(text),
  written: async () => {
    if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal: interrupt.signal })
  },
  error: (text) => void stderr.write(text),
  env,
  columns: stdout.isTTY ? Math.max(leastColumns, stdout.columns) : usualColumns,
  colours: stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '',
  now: () => Date.now(),
  signal: interrupt.signal,
}
const code = await runCommand(process.argv.slice(2), io)
// What could not be written has failed already.
process.exitCode ??= code

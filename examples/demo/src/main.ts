import { playDemo } from './demo.ts'
import { type DemoOptions, helpText, readOptions } from './options.ts'
import { openScreen, silentScreen } from './terminal/screen.ts'
import { wentAsItShould } from './went-as-it-should.ts'

/** How long an interrupted demo may take to clean up. */
const patienceMs = 5_000
/** The exit code of whatever Ctrl-C ended. */
const interrupted = 130

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let options: DemoOptions
  try {
    options = readOptions(args)
  } catch (error) {
    console.error(textOf(error))
    return 2
  }
  if (options.help) {
    console.log(helpText)
    return 0
  }
  return play(options)
}

async function play(options: DemoOptions): Promise<number> {
  const interrupt = new AbortController()
  let hasReader = true
  const stop = () => {
    interrupt.abort()
    setTimeout(() => process.exit(interrupted), patienceMs).unref()
  }
  // Not only once: a package manager may pass on a signal that came from the terminal already.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // Whoever reads may leave early, as `head` does, and has then seen what they wanted.
  process.stdout.on('error', () => {
    hasReader = false
    stop()
  })
  const screen = options.json ? silentScreen() : openScreen(process.stdout, interrupt.signal)
  try {
    const report = await playDemo({ options, screen, interrupt })
    if (options.json) console.log(JSON.stringify(report))
    return wentAsItShould(report, options) ? 0 : 1
  } catch (error) {
    if (interrupt.signal.aborted) {
      console.error('\nStopped.')
      return hasReader ? interrupted : 0
    }
    console.error(`\nThe demo could not go on: ${textOf(error)}`)
    return 1
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

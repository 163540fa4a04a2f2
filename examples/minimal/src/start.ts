import { MendkitError } from '@mendkit/core'

// What is missing or wrong is said in one line. `main.ts` is the host program of the README, to the letter, and takes what it
// is given.
const needed = ['ALERT_SECRET', 'HOOK_URL', 'HOOK_SECRET', 'EVENTS_TOKEN']
const missing = needed.filter((name) => !process.env[name])
const { PORT = '8080' } = process.env
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  console.error(`PORT is a number from 0 to 65535, not ${PORT}`)
  process.exitCode = 1
} else if (missing.length > 0) {
  console.error(`set ${missing.join(', ')}: README.md in examples/minimal says what they are`)
  process.exitCode = 1
} else {
  process.once('uncaughtException', sayWhy)
  try {
    await import('./main.ts')
  } catch (error) {
    if (!MendkitError.is(error, 'config')) throw error
    console.error(error.message)
    // The server listens already when the engine refuses to start.
    process.exit(1)
  }
}

/** A server that cannot listen says so by an event, which nobody in `main.ts` hears. */
function sayWhy(error: Error): void {
  const words = {
    EADDRINUSE: `port ${PORT} is in use: end the program that has it, or set PORT to another one`,
    EACCES: `port ${PORT} is not for this user: set PORT to one above 1023`,
  }
  const code = 'code' in error ? error.code : undefined
  console.error(code === 'EADDRINUSE' || code === 'EACCES' ? words[code] : error)
  process.exit(1)
}

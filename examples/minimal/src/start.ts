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
  try {
    await import('./main.ts')
  } catch (error) {
    if (!MendkitError.is(error, 'config')) throw error
    console.error(error.message)
    // The server listens already when the engine refuses to start.
    process.exit(1)
  }
}

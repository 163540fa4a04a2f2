import { MendkitError } from '@mendkit/core'

// What is missing or wrong is said in one line. `main.ts` is the host program of the README, to the letter, and takes what it
// is given.
const needed = ['ALERT_SECRET', 'HOOK_URL', 'HOOK_SECRET', 'EVENTS_TOKEN']
const missing = needed.filter((name) => !process.env[name])
if (missing.length > 0) {
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

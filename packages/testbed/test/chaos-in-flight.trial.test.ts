import { expect, test } from 'vitest'
import { classifyInFlight } from '../src/chaos/in-flight.ts'
import { untilStuck } from './support/expect-sound.ts'

/** The bench does it with a thousand. */
test('a host that starts amid 200 effects in flight classifies each, and repeats none', {
  timeout: untilStuck,
}, async () => {
  expect(await classifyInFlight(200)).toMatchObject({ executions: 200, applied: 100, repeated: 0 })
})

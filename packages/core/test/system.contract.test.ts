import {
  consoleLogger,
  cronTimeZones,
  silentLogger,
  systemClock,
  systemIds,
  systemRandom,
  timeOrderedIds,
} from '@mendkit/core'
import {
  clockContract,
  holdsTo,
  idsContract,
  loggerContract,
  randomContract,
  timeZonesContract,
  type VirtualClock,
  virtualClock,
} from '@mendkit/testkit'
import { Cron } from 'croner'
import { test } from 'vitest'

holdsTo(test, 'systemClock', clockContract, async () => ({ clock: systemClock }))
holdsTo(test, 'systemIds', idsContract, async () => ({ ids: systemIds() }))
holdsTo(test, 'systemRandom', randomContract, async () => ({ random: systemRandom }))
holdsTo(test, 'cronTimeZones', timeZonesContract, async () => ({ timeZones: cronTimeZones(Cron) }))
holdsTo(test, 'silentLogger', loggerContract, async () => ({ log: silentLogger }))
holdsTo(test, 'consoleLogger', loggerContract, async () => ({
  log: consoleLogger({ level: 'debug', write: () => undefined }),
}))

const clocks: Readonly<Record<string, () => Pick<VirtualClock, 'now'>>> = {
  'a clock that stands': virtualClock,
  'a clock that jumps back': () => {
    const clock = virtualClock()
    return {
      now() {
        clock.jump(-1_000)
        return clock.now()
      },
    }
  },
}
for (const [name, clock] of Object.entries(clocks)) {
  holdsTo(test, `timeOrderedIds on ${name}`, idsContract, async () => ({ ids: timeOrderedIds(clock(), systemRandom) }))
}
